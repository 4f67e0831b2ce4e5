import assert from 'node:assert/strict';
import { test } from 'node:test';

import { planGrid } from '../../services/gateway/web/wall/grid.js';

const screens = [[1920, 1080], [3840, 2160], [1080, 1920], [800, 480], [1366, 768], [2560, 1080], [1024, 768], [5120, 1440], [480, 800]];
const plan = (width, height, more = {}) => planGrid({ width, height, density: 'medium', titles: 500, hero: true, ...more });

for (const [width, height] of screens) {
  test(`${width} x ${height}: every cell belongs to exactly one tile`, () => {
    for (const density of ['low', 'medium', 'high']) {
      for (const heroSide of ['left', 'right']) {
        const { columns, rows, tiles } = plan(width, height, { density, heroSide });

        const cells = new Set();
        for (const { column, row, span } of tiles) {
          for (let c = column; c < column + span; c += 1) {
            for (let r = row; r < row + span; r += 1) {
              assert.ok(c >= 1 && c <= columns && r >= 1 && r <= rows, `cell ${c},${r} is outside`);
              assert.ok(!cells.has(`${c},${r}`), `cell ${c},${r} is taken twice (${density}, ${heroSide})`);
              cells.add(`${c},${r}`);
            }
          }
        }
        assert.equal(cells.size, columns * rows);
      }
    }
  });

  test(`${width} x ${height}: tiles have nearly the shape of a poster`, () => {
    const { columns, rows } = plan(width, height);

    const shape = (width / columns) / (height / rows);

    assert.ok(Math.abs(shape / (2 / 3) - 1) < 0.12, `${columns} x ${rows} gives ${shape.toFixed(3)}`);
  });
}

test('a denser wall has more tiles', () => {
  const count = (density) => plan(1920, 1080, { density, hero: false }).tiles.length;

  assert.ok(count('low') < count('medium') && count('medium') < count('high'));
});

test('a small library gets fewer, larger tiles, and still fills the screen', () => {
  const small = plan(3840, 2160, { titles: 3 });

  assert.ok(small.tiles.length < plan(3840, 2160).tiles.length);
  assert.ok(small.tiles.length >= 6);
});

test('with 24 titles some are not on the wall, so that it can change', () => {
  assert.ok(plan(1920, 1080, { titles: 24 }).tiles.length < 24);
});

test('without hero tiles all tiles have equal size', () => {
  assert.ok(plan(1920, 1080, { hero: false }).tiles.every((tile) => tile.span === 1));
});

test('selects a grid with more tiles than titles only if all others crop too much', () => {
  for (const [width, height] of screens) {
    for (const density of ['low', 'medium', 'high', 'ludicrous']) {
      for (let titles = 1; titles <= 120; titles += 1) {
        const { columns, rows } = plan(width, height, { density, titles, hero: false });
        if (columns * rows <= titles) continue;
        for (let r = 1; r <= 24; r += 1) {
          for (let c = 1; c <= 40; c += 1) {
            const crop = Math.abs(Math.log((width / c) / (height / r) * 1.5));
            assert.ok(c * r < 6 || c * r > titles || crop >= 0.15, `${width}x${height} ${density} ${titles}: ${c} x ${r} would do`);
          }
        }
      }
    }
  }
});

test('20 titles on a wall of 1080p do not repeat', () => {
  for (const density of ['low', 'medium', 'high', 'ludicrous']) {
    assert.ok(plan(1920, 1080, { density, titles: 20, hero: false }).tiles.length <= 20, density);
  }
});
