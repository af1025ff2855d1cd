// Decoding: what Python packed into base64 texts.

const ARRAYS = { int8: Int8Array, int16: Int16Array, int32: Int32Array, uint8: Uint8Array, uint16: Uint16Array };

function bytesOf(base64) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

function unpacked({ type, base64 }) {
  if (!(type in ARRAYS)) throw new Error(`there are no arrays of type ${type}`);
  return new ARRAYS[type](bytesOf(base64).buffer);
}

function unpackedBits({ bits, count }) {
  const bytes = unpacked(bits);
  if (bytes.length !== Math.ceil(count / 8)) throw new Error(`${bytes.length} bytes of bits for ${count} points`);
  const mask = new Uint8Array(count);
  for (let i = 0; i < count; i++) mask[i] = (bytes[i >> 3] >> (i & 7)) & 1;
  return mask;
}

function unpackedPoints({ key, low, high, coordinates }) {
  const steps = unpacked(coordinates);
  if (steps.length % 2) throw new Error(`${steps.length} numbers are no pairs of coordinates`);
  if (![...low, ...high].every(Number.isFinite)) throw new Error("coordinates hold NaN or infinity");
  const decoded = new Float32Array(steps.length);
  const [across, up] = [0, 1].map((axis) => (high[axis] - low[axis]) / (2 ** 16 - 1));
  for (let k = 0; k < steps.length; k += 2) {
    decoded[k] = low[0] + steps[k] * across;
    decoded[k + 1] = low[1] + steps[k + 1] * up;
  }
  const bounds = { left: low[0], bottom: low[1], right: high[0], top: high[1] };
  return { key, count: steps.length / 2, coordinates: decoded, bounds };
}

// Levels are whole steps from 1 on; 0 is no value.
function valueOfLevel({ low, high, top }, level) {
  return low + ((level - 1) / (top - 1)) * (high - low);
}

// Least level whose value is at least this; every level of a flat scale has the same value.
function levelOfValue({ low, high, top }, value) {
  if (value <= low) return 0; // those without a value too: nothing is asked of them
  return value > high ? Infinity : 1 + Math.ceil(((value - low) / (high - low)) * (top - 1) - 1e-3);
}
