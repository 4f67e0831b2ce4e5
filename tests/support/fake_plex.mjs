// A Plex Media Server with one library of films, for tests of playback sessions: real HTTP, with
// the part of the API that a refresh and a poll of sessions need.
import { createServer } from 'node:http';

const container = (entries) => ({ MediaContainer: { size: entries.length, totalSize: entries.length, Metadata: entries } });

export const film = (key, title, year) => ({
  ratingKey: String(key), key: `/library/metadata/${key}`, type: 'movie', title, year, duration: 7_020_000,
  thumb: `/library/metadata/${key}/thumb/17`, art: `/library/metadata/${key}/art/17`, addedAt: 1_748_772_000,
});

export class FakePlex {
  /** @param {{token: string, films: object[], image: (path: string) => Buffer}} content image: a PNG for a path */
  static async start({ token, films, image }) {
    const fake = new FakePlex();
    fake.sessions = [];  // entries of /status/sessions
    fake.images = [];  // requested paths
    fake.server = createServer((request, response) => {
      const { pathname } = new URL(request.url, 'http://fake');
      const json = (value) => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(value));
      };
      if (request.headers['x-plex-token'] !== token) return response.writeHead(401).end();
      if (pathname.includes('/thumb/') || pathname.includes('/art/')) {
        fake.images.push(pathname);
        response.setHeader('content-type', 'image/png');
        return response.end(image(pathname));
      }
      if (pathname === '/') return json({ MediaContainer: { friendlyName: 'Fake', version: '1.41.0.1' } });
      if (pathname === '/library/sections') {
        return json({ MediaContainer: { size: 1, Directory: [{ key: '1', title: 'Films', type: 'movie', updatedAt: 1 }] } });
      }
      if (pathname === '/library/sections/1/all') return json(container(films));
      if (pathname === '/status/sessions') return json(container(fake.sessions));
      return response.writeHead(404).end();
    });
    await new Promise((resolve) => fake.server.listen(0, '127.0.0.1', resolve));
    fake.url = `http://127.0.0.1:${fake.server.address().port}`;
    return fake;
  }
  /** Starts a playback session of this film. */
  play(entry, user, sessionKey = '1') {
    this.sessions.push({ ...entry, sessionKey, viewOffset: 60_000, User: { id: '1', title: user },
      Player: { title: 'Living room', address: '10.0.0.7', state: 'playing', product: 'Plex for LG' } });
  }
  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}
