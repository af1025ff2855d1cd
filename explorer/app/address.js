// The query of the page's address: what Python tells becomes an entry of the history, Back and Forward ask Python.

let query = location.search;
let asked = [query]; // what Python has yet to answer; at first the query that the page was opened with
let place = 0; // of a question among all, for Python may be told of them in any order

const put = () => {
  if (!isGiven(props.query)) return;
  const isAnswer = asked.length > 0;
  const isAsAsked = asked.includes(props.query);
  asked = isAsAsked ? asked.slice(asked.indexOf(props.query) + 1) : [];
  if (isAsAsked) return;
  const url = new URL(location.href);
  url.search = props.query;
  if (url.href !== location.href) history[isAnswer ? "replaceState" : "pushState"](history.state, "", url);
  query = location.search;
};

const ask = () => {
  if (location.search === query) return;
  query = location.search;
  asked.push(query);
  trigger("input", { query, place: ++place });
};

// Of two answers that come before a component is there, Gradio keeps only the second: nothing is asked until all are.
const open = () => {
  const isThere = (props.needs ?? []).every((selector) => document.querySelector(selector));
  if (isThere) trigger("input", { query, place });
  else setTimeout(open, 20);
};

watch("query", put);
addEventListener("popstate", ask);
put();
open();
