// Compressed bodies over real sockets, compressed by zlib and brotli.
#include <brotli/encode.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <memory>
#include <string>

#include "libs/base/clock.h"
#include "libs/httpc/curl_http_client.h"
#include "libs/httpc/fetch.h"
#include "tests/support/fake_http_server.h"

namespace marquee::httpc {
namespace {

std::string Gzip(const std::string& text) {
  z_stream stream{};
  constexpr int kGzip = 15 + 16;
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 32, '\0');
  std::string in = text;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string Brotli(const std::string& text) {
  std::string out(BrotliEncoderMaxCompressedSize(text.size()), '\0');
  size_t size = out.size();
  EXPECT_EQ(BrotliEncoderCompress(5, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, text.size(),
                                  reinterpret_cast<const uint8_t*>(text.data()), &size,
                                  reinterpret_cast<uint8_t*>(out.data())),
            BROTLI_TRUE);
  out.resize(size);
  return out;
}

// A response of a media server.
std::string Listing() {
  std::string text = "{\"Items\":[";
  for (int i = 0; i < 5'000; ++i) text += "{\"Name\":\"Film " + std::to_string(i) + "\"},";
  text.back() = ']';
  return text + "}";
}

using Ending = testing::FakeHttpServer::Ending;

struct Coding {
  const char* name;
  std::string (*compress)(const std::string&);
};

HttpRequest RequestTo(const testing::FakeHttpServer& server) {
  HttpRequest request;
  request.url = server.url("/a");
  request.upstream = "Den";
  request.host_rule = [](const Url&) { return HostTrust::kConfigured; };
  request.accept_compressed = true;
  return request;
}

class CompressionTest : public ::testing::TestWithParam<Coding> {
 protected:
  absl::StatusOr<HttpResponse> Get(const std::string& body, size_t limit = size_t{8} << 20,
                                   Ending ending = Ending::kWhole) {
    server_.On(
        "/a", {.headers = {{"Content-Encoding", GetParam().name}}, .body = body, .ending = ending});
    HttpRequest request = RequestTo(server_);
    request.max_body_bytes = limit;
    return Fetch(*client_, std::move(request),
                 {.deadline = clock_.Now() + absl::Seconds(20), .stop = {}});
  }

  base::SystemClock clock_;
  obs::Metrics metrics_;
  testing::FakeHttpServer server_;
  std::unique_ptr<CurlHttpClient> client_ = *CurlHttpClient::Create({}, {clock_, metrics_});
};

TEST_P(CompressionTest, DecodesACompressedBody) {
  const std::string text = Listing();
  const std::string body = GetParam().compress(text);
  ASSERT_LT(body.size(), text.size() / 4);

  const auto response = Get(body);

  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, text);
  const std::string accepted = server_.requests().at(0).header("accept-encoding");
  EXPECT_NE(accepted.find(GetParam().name), std::string::npos) << accepted;
}

TEST_P(CompressionTest, DecodesABodyCompressedWithoutRequest) {
  server_.On("/a", {.headers = {{"Content-Encoding", GetParam().name}},
                    .body = GetParam().compress(Listing())});
  HttpRequest request = RequestTo(server_);
  request.accept_compressed = false;

  const auto response = Fetch(*client_, std::move(request),
                              {.deadline = clock_.Now() + absl::Seconds(20), .stop = {}});

  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, Listing());
  EXPECT_EQ(response->head.content_length(), std::nullopt);
  EXPECT_EQ(server_.requests().at(0).header("accept-encoding"), "identity");
}

TEST_P(CompressionTest, LimitsTheDecodedSize) {
  const std::string bomb = GetParam().compress(std::string(size_t{64} << 20, ' '));
  ASSERT_LT(bomb.size(), size_t{1} << 20);

  const auto response = Get(bomb, size_t{1} << 20);

  EXPECT_EQ(response.status().code(), absl::StatusCode::kResourceExhausted) << response.status();
}

TEST_P(CompressionTest, RejectsTruncatedAndInvalidCompressedBodies) {
  const std::string body = GetParam().compress(Listing());

  EXPECT_FALSE(Get(body, size_t{8} << 20, Ending::kCloseMidBody).ok());
  EXPECT_FALSE(Get("<html>no compression at all</html>").ok());
}

TEST(GzipTest, DetectsACorruptedBodyByItsChecksum) {
  std::string body = Gzip(Listing());
  std::fill(body.begin() + 100, body.begin() + 400, '\xA5');
  base::SystemClock clock;
  obs::Metrics metrics;
  testing::FakeHttpServer server;
  server.On("/a", {.headers = {{"Content-Encoding", "gzip"}}, .body = body});
  const auto client = *CurlHttpClient::Create({}, {clock, metrics});

  EXPECT_FALSE(
      Fetch(*client, RequestTo(server), {.deadline = clock.Now() + absl::Seconds(20), .stop = {}})
          .ok());
}

INSTANTIATE_TEST_SUITE_P(Codings, CompressionTest,
                         ::testing::Values(Coding{"gzip", Gzip}, Coding{"br", Brotli}),
                         [](const auto& param) { return std::string(param.param.name); });

}  // namespace
}  // namespace marquee::httpc
