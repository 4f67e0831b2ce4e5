// HttpStream over the real client, with backpressure.
#include <gtest/gtest.h>

#include <string>

#include "libs/httpc/curl_http_client_fixture.h"
#include "libs/httpc/failure.h"
#include "libs/httpc/fake_http_client.h"

namespace marquee::httpc {
namespace {

using ::marquee::testing::FakeHttpServer;
using Ending = FakeHttpServer::Ending;

class HttpStreamTest : public FakeServerFixture {
 protected:
  HttpRequest Request(std::string_view path) const {
    HttpRequest request = FakeServerFixture::Request(path);
    request.accept_compressed = false;
    return request;
  }

  absl::StatusOr<std::unique_ptr<HttpStream>> Open(HttpRequest request) {
    return HttpStream::Open(*client_, std::move(request), Soon());
  }

  std::unique_ptr<CurlHttpClient> client_ = *CurlHttpClient::Create({}, {clock_, metrics_});
};

std::string Pattern(size_t size) {
  std::string text(size, '\0');
  for (size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + (i * 31 + i / 997) % 26);
  return text;
}

TEST_F(HttpStreamTest, DeliversALargeBodyInBoundedPieces) {
  const std::string body = Pattern(5'000'000);
  server_.On("/image", {.headers = {{"Content-Type", "image/jpeg"}}, .body = body});

  const auto stream = Open(Request("/image"));

  ASSERT_TRUE(stream.ok()) << stream.status();
  EXPECT_EQ((*stream)->head().content_type(), "image/jpeg");
  std::string received;
  while (true) {
    const auto chunk = (*stream)->Read();
    ASSERT_TRUE(chunk.ok()) << chunk.status();
    if (chunk->empty()) break;
    EXPECT_LE(chunk->size(), HttpStream::kBufferBytes);
    received += *chunk;
  }
  EXPECT_EQ(received, body);
}

TEST_F(HttpStreamTest, EndsAnEndlessBodyAtTheLimit) {
  server_.On("/endless", {.body = std::string(8192, 'x'), .ending = Ending::kEndless});
  auto request = Request("/endless");
  request.max_body_bytes = 1'000'000;

  const auto stream = Open(request);

  ASSERT_TRUE(stream.ok()) << stream.status();
  size_t received = 0;
  absl::StatusOr<std::string> chunk;
  while ((chunk = (*stream)->Read()).ok() && !chunk->empty()) received += chunk->size();
  EXPECT_EQ(FailureOf(chunk.status()), Failure::kTooLarge);
  EXPECT_LE(received, 1'000'000u);
}

TEST_F(HttpStreamTest, ReportsABrokenBody) {
  server_.On("/broken", {.body = Pattern(100'000), .ending = Ending::kCloseMidBody});

  const auto stream = Open(Request("/broken"));

  ASSERT_TRUE(stream.ok()) << stream.status();
  size_t received = 0;
  absl::StatusOr<std::string> chunk;
  while ((chunk = (*stream)->Read()).ok() && !chunk->empty()) received += chunk->size();
  EXPECT_EQ(FailureOf(chunk.status()), Failure::kReset);
  EXPECT_EQ(received, 50'000u);
}

// The stream is not read: the connection must still be released when the stream is destroyed.
TEST_F(HttpStreamTest, DroppingAStreamStopsTheSender) {
  server_.On("/endless", {.body = std::string(8192, 'x'), .ending = Ending::kEndless});
  auto request = Request("/endless");
  request.max_body_bytes = size_t{1} << 40;
  {
    const auto stream = Open(request);
    ASSERT_TRUE(stream.ok()) << stream.status();
    ASSERT_TRUE((*stream)->Read().ok());
  }
  client_->Drain(clock_.Now() + absl::Seconds(20));
  EXPECT_EQ(metrics_
                .counter("marquee_upstream_requests_total", "",
                         {{"upstream", "Den"}, {"result", "cancelled"}})
                .value(),
            1);
}

TEST_F(HttpStreamTest, RejectsAPartOfACompressedBody) {
  server_.On("/image",
             {.status = 206, .headers = {{"Content-Encoding", "gzip"}}, .body = "\x1f\x8b"});

  EXPECT_EQ(FailureOf(Open(Request("/image")).status()), Failure::kProtocol);
}

TEST_F(HttpStreamTest, WorksOverTheFakeClientToo) {
  FakeHttpClient fake;
  const std::string body = Pattern(1'000'000);
  fake.On("/image", {.body = body});
  const auto stream = HttpStream::Open(fake, Request("/image"), {});

  ASSERT_TRUE(stream.ok()) << stream.status();
  std::string received;
  absl::StatusOr<std::string> chunk;
  while ((chunk = (*stream)->Read()).ok() && !chunk->empty()) received += *chunk;
  EXPECT_EQ(received, body);
}

}  // namespace
}  // namespace marquee::httpc
