// Writes the seed corpora of the fuzzers: a few examples of what displays and administrators send.
//
// usage: gateway_make_seeds FOLDER
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace marquee::gateway {
namespace {

struct Seeds {
  std::string_view target;  // the fuzzer's name
  std::vector<std::string_view> inputs;
};

const std::vector<Seeds>& All() {
  static const std::vector<Seeds> all = {
      {"request",
       {"GET /get-media?count=12&excludeGames=1 HTTP/1.1\r\nHost: wall\r\nCookie: pr_iid=a\r\n\r\n",
        "POST /api/devices/register HTTP/1.1\r\nHost: wall\r\nContent-Length: 2\r\n\r\n{}",
        "POST /x HTTP/1.1\r\nHost: w\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        "POST /x HTTP/1.1\r\nHost: w\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx",
        "GET /a HTTP/1.1\r\nHost: w\r\n\r\nGET /b HTTP/1.1\r\nHost: w\r\nRange: bytes=1-\r\n\r\n",
        "GET http://wall/a%20b HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "GET /ws/devices HTTP/1.1\r\nHost: w\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"}},
      {"target",
       {"/image?server=Plex%20Server&path=%2Flibrary%2Fmetadata%2F1%2Fthumb%2F2&v=1&width=600",
        "/image?url=https%3A%2F%2Fimage.tmdb.org%2Ft%2Fp%2Fw500%2Fa.jpg&format=auto&dpr=2",
        "/get-media?count=60&source=plex&musicMode=1&includeExtras=true&year=1999",
        "/local-posterpack?zip=complete%252Fa.zip&entry=poster", "bytes=0-499", "gzip;q=0.5, br"}},
      {"artwork",
       {"0server=Plex%20Server&path=%2Flibrary%2Fmetadata%2F1%2Fthumb%2F2&v=1&width=600&height=900",
        "2server=a&path=%2Fb.jpg&width=4000&height=4000&dpr=2&fit=contain&format=png",
        "1url=https%3A%2F%2Fimage.tmdb.org%2Ft%2Fp%2Fw500%2Fa.jpg&format=auto&dpr=4&quality=100",
        "0/local-posterpack?zip=complete%252Fa.zip&entry=poster",
        "3/local-posterpack?zip=..%2Fa.zip&entry=trailer"}},
      {"session",
       {"marquee_session=AAAA", "pr_iid=4be6ee8a-36f0-4c1f-8b5f-0e6f0d6a8ad7; marquee_login=x",
        "Bearer mq_0123456789abcdef", "https://wall.example", "same-origin"}},
      {"body",
       {R"({"installId":"i","hardwareId":"h","name":"Hall","location":"Foyer"})",
        R"({"deviceId":"d","secret":"s","userAgent":"TV","status":{"screen":{"w":1920,"h":1080}}})",
        R"({"deviceId":"d","secret":"s","status":{"screen":{"w":192e880,"h":0e880}}})",
        R"({"code":"123456","token":"t","name":"Hall"})",
        R"({"type":"playback.next","payload":{"a":[1,2.5,null,true]}})",
        R"({"username":"keeper","password":"correct horse","totp_code":"123456"})"}},
      {"frame",
       {R"({"kind":"hello","deviceId":"d","secret":"s"})", R"({"kind":"ping","ts":1764000000000})",
        R"({"kind":"ack","id":"c","status":"ok","info":null})",
        R"({"kind":"sync-report","nextAt":1764000000000})",
        R"({"kind":"client-log","entries":[{"t":1,"level":"warn","message":"m","data":{"a":1}}]})"}},
      {"rest",
       {"/api/v2/devices?page_size=10&filter=a", "/api/v2/devices/a\n{\"displayName\":\"Hall\"}",
        "/api/v2/devices/a:sendCommand\n{\"type\":\"playback.next\",\"payload\":{}}",
        "/api/v2/settings/display\n{\"body\":{},\"etag\":\"1\"}"}},
  };
  return all;
}

void Write(const std::filesystem::path& folder) {
  for (const Seeds& seeds : All()) {
    std::filesystem::create_directories(folder / seeds.target);
    int number = 0;
    for (const std::string_view input : seeds.inputs) {
      std::ofstream file(folder / seeds.target / std::to_string(number++), std::ios::binary);
      file << input;
    }
  }
}

}  // namespace
}  // namespace marquee::gateway

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  marquee::gateway::Write(argv[1]);
  return 0;
}
