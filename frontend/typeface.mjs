// Unpacks a typeface from the web's wrapping (WOFF 1.0) into a plain one, which the PDFs need.
// Use: node typeface.mjs from.woff to.ttf
import { readFileSync, writeFileSync } from "node:fs";
import { inflateSync } from "node:zlib";

const [from, to] = process.argv.slice(2);
const woff = readFileSync(from);
if (woff.toString("latin1", 0, 4) !== "wOFF") throw new Error(`${from} is not a WOFF 1.0 file`);
const count = woff.readUInt16BE(12);
const tables = Array.from({ length: count }, (_, n) => {
  const at = 44 + 20 * n;
  const [offset, packed, whole] = [4, 8, 12].map((more) => woff.readUInt32BE(at + more));
  const kept = woff.subarray(offset, offset + packed);
  return { head: woff.subarray(at, at + 4), sum: woff.readUInt32BE(at + 16), whole,
    body: packed < whole ? inflateSync(kept) : kept };
});
const power = 2 ** Math.floor(Math.log2(count));
const head = Buffer.alloc(12 + 16 * count);
woff.copy(head, 0, 4, 8); // the flavour: TrueType or CFF outlines
[count, power * 16, Math.log2(power), (count - power) * 16].forEach((n, i) => head.writeUInt16BE(n, 4 + 2 * i));
const bodies = [];
let offset = head.length;
tables.forEach(({ head: name, sum, whole, body }, n) => {
  const at = 12 + 16 * n;
  name.copy(head, at);
  [sum, offset, whole].forEach((value, i) => head.writeUInt32BE(value, at + 4 + 4 * i));
  const padded = Buffer.concat([body, Buffer.alloc((4 - (whole % 4)) % 4)]);
  bodies.push(padded);
  offset += padded.length;
});
writeFileSync(to, Buffer.concat([head, ...bodies]));
