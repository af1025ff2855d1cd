// One line about what went wrong.

const line = element.querySelector(".notice");

const draw = () => {
  line.textContent = props.text;
  line.hidden = !props.text;
};

watch("text", draw);
draw();
