#include "services/gateway/http/request_memo.h"

#include <gtest/gtest.h>

namespace marquee::gateway {
namespace {

IncomingRequest Understood() {
  return {.request = std::make_shared<Request>(), .keep_alive = true};
}

TEST(RequestMemo, RecallsRequestWithEqualBytes) {
  RequestMemo memo;
  EXPECT_FALSE(memo.Recall("GET / HTTP/1.1").has_value());
  IncomingRequest first = Understood();
  first.request->path = "/a";
  const Request* const known = first.request.get();
  memo.Keep(first);
  const uint64_t id = first.request->id;
  first.request = nullptr;

  const auto again = memo.Recall("GET / HTTP/1.1");

  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->request.get(), known);
  EXPECT_EQ(again->request->path, "/a");
  EXPECT_NE(again->request->id, id) << "a new request";
  EXPECT_TRUE(again->keep_alive);
}

TEST(RequestMemo, OneByteMoreOrLessIsADifferentRequest) {
  for (const char* other : {"GET /a HTTP/1", "GET /a HTTP/1.11", "GET /b HTTP/1.1", ""}) {
    RequestMemo memo;
    memo.Recall("GET /a HTTP/1.1");
    memo.Keep(Understood());
    EXPECT_FALSE(memo.Recall(other).has_value()) << other;
    EXPECT_FALSE(memo.Recall("GET /a HTTP/1.1").has_value()) << "only the last request is stored";
  }
}

TEST(RequestMemo, DoesNotReuseARequestThatIsStillReferenced) {
  RequestMemo memo;
  memo.Recall("GET / HTTP/1.1");
  const IncomingRequest held = Understood();
  memo.Keep(held);

  EXPECT_FALSE(memo.Recall("GET / HTTP/1.1").has_value());
  EXPECT_EQ(held.request->id, 0);
}

TEST(RequestMemo, DoesNotRecallBytesWithoutKeep) {
  RequestMemo memo;
  memo.Recall("GET / HTTP/1.1");

  EXPECT_FALSE(memo.Recall("GET / HTTP/1.1").has_value());
}

}  // namespace
}  // namespace marquee::gateway
