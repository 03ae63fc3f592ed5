// Finds the printed line nearest to an edge of a box, in the picture of the empty form.

const REACH_MM = 1.6, DARK = 150, MIN_SHARE = 0.6;

// Reads the picture once; until it is there, nothing snaps.
export async function printOf(image, widthMm) {
  const picture = new Image();
  picture.src = image.getAttribute("href");
  await picture.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [picture.naturalWidth, picture.naturalHeight];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(picture, 0, 0);
  const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
  const dark = new Uint8Array(width * height);
  for (let i = 0; i < dark.length; i++) dark[i] = (data[4 * i] + 2 * data[4 * i + 1] + data[4 * i + 2]) / 4 < DARK ? 1 : 0;
  return { dark, width, height, pxPerMm: width / widthMm };
}

// The box with each of the named edges on the printed line nearby, when there is one.
export function snapped(print, box, edges = "nesw") {
  const [left, top, right, bottom] = [box.x, box.y, box.x + box.width, box.y + box.height];
  const across = (at) => nearest(print, at, top, bottom, true), down = (at) => nearest(print, at, left, right, false);
  const x0 = edges.includes("w") ? across(left) : left, x1 = edges.includes("e") ? across(right) : right;
  const y0 = edges.includes("n") ? down(top) : top, y1 = edges.includes("s") ? down(bottom) : bottom;
  return x1 - x0 < 1 || y1 - y0 < 1 ? box : { x: x0, y: y0, width: x1 - x0, height: y1 - y0 };
}

// Where a line runs near `at`, between `from` and `to`; `at` itself when none does.
function nearest(print, at, from, to, upright) {
  const { dark, width, height, pxPerMm } = print;
  const [first, last] = [Math.max(0, Math.round(from * pxPerMm)), Math.min((upright ? height : width) - 1, Math.round(to * pxPerMm))];
  const end = upright ? width : height;
  if (last - first < 4) return at;
  const share = (line) => {
    let n = 0;
    for (let i = first; i <= last; i++) n += upright ? dark[i * width + line] : dark[line * width + i];
    return n / (last - first + 1);
  };
  const middle = Math.round(at * pxPerMm), reach = Math.round(REACH_MM * pxPerMm);
  let best = null, bestScore = 0;
  for (let line = Math.max(0, middle - reach); line <= Math.min(end - 1, middle + reach); line++) {
    const found = share(line);
    const score = found - 0.3 * Math.abs(line - middle) / reach;
    if (found >= MIN_SHARE && score > bestScore) [best, bestScore] = [line, score];
  }
  return best === null ? at : (best + 0.5) / pxPerMm;
}
