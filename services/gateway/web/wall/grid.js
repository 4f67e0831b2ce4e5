// Computes the layout of the wall: a pure function of the screen and the library.
//
// The grid always fills the screen. Columns and rows are chosen so that tiles have nearly the shape
// of a poster (2:3, albums 1:1; a few per cent are cropped) and their number is near the requested
// one.

const wished = { low: 12, medium: 24, high: 45, ludicrous: 90 };
const shapeTolerance = 0.06;  // a deviation of 6 % from the poster's shape weighs as much as …
const countTolerance = 0.35;  // … a deviation of the number of tiles by the factor e^0.35 = 1.4

const leastTiles = 6;
const cropTolerance = 0.15;  // at most 15 % of a poster is cropped to avoid repeated titles

/**
 * @param {{width: number, height: number, density: 'low'|'medium'|'high'|'ludicrous', titles: number,
 *   hero: boolean, heroSide?: 'left'|'right', ratio?: number}} wish width and height in CSS pixels;
 *   ratio: a poster's height by its width
 * @returns {{columns: number, rows: number, tiles: {column: number, row: number, span: number}[]}}
 *   columns and rows count from 1; heroes come first
 */
export function planGrid({ width, height, density, titles, hero, heroSide = 'left', ratio = 1.5 }) {
  // A small library gets larger tiles, so that some titles remain to change to.
  const target = Math.min(wished[density] ?? wished.medium, Math.max(leastTiles, titles * 0.8));
  let best = { score: Infinity, columns: 1, rows: 1 };
  // Titles repeat only if every grid of acceptable shape has more tiles than there are titles. The
  // minimum is six tiles.
  let unique = { score: Infinity };
  for (let rows = 1; rows <= 24; rows += 1) {
    for (let columns = 1; columns <= 40; columns += 1) {
      const shape = Math.log((width / columns) / (height / rows) * ratio) / shapeTolerance;
      const count = Math.log((columns * rows) / target) / countTolerance;
      const score = shape * shape + count * count;
      if (score < best.score) best = { score, columns, rows };
      const tolerable = Math.abs(shape) * shapeTolerance < cropTolerance;
      const enough = columns * rows >= leastTiles && columns * rows <= titles;
      if (tolerable && enough && score < unique.score) unique = { score, columns, rows };
    }
  }
  const { columns, rows } = Number.isFinite(unique.score) ? unique : best;
  const heroes = hero ? placeHeroes(columns, rows, heroSide) : [];
  const covered = (column, row) => heroes.some((h) =>
    column >= h.column && column < h.column + h.span && row >= h.row && row < h.row + h.span);
  const tiles = [...heroes];
  for (let row = 1; row <= rows; row += 1) {
    for (let column = 1; column <= columns; column += 1) {
      if (!covered(column, row)) tiles.push({ column, row, span: 1 });
    }
  }
  return { columns, rows, tiles };
}

// One hero tile of 2 × 2 if it leaves other tiles around it, two on a large wall.
function placeHeroes(columns, rows, side) {
  if (columns < 4 || rows < 3) return [];
  const near = Math.max(2, Math.round(columns / 4));
  const column = side === 'right' ? columns - near : near;
  const heroes = [{ column, row: Math.max(1, Math.floor((rows - 2) / 2)), span: 2 }];
  if (columns >= 9 && rows >= 4) {
    heroes.push({ column: columns - column, row: rows - 2, span: 2 });
  } else if (rows >= 6 && columns >= 4) {
    heroes[0].row = 2;
    heroes.push({ column: columns - column, row: rows - 2, span: 2 });
  }
  return heroes;
}
