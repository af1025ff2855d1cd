// What was told: Python's answer to an earlier press must not take back a later one, which it did not know of.

const ANSWER_MILLISECONDS = 10000; // what has no answer by then gets none
const told = { chosen: [], least: [] };

function tell(name, said) {
  const now = performance.now();
  const waiting = told[name].filter(({ at }) => now - at < ANSWER_MILLISECONDS);
  told[name] = [...waiting, { said: JSON.stringify(said), at: now }];
}

function isOvertaken(name, answer) {
  const text = JSON.stringify(answer);
  const now = performance.now();
  const answered = told[name].findLastIndex(({ said }) => said === text);
  told[name] = answered < 0 ? [] : told[name].slice(answered + 1);
  return told[name].some(({ at }) => now - at < ANSWER_MILLISECONDS);
}
