// The value types of HTTP: targets, header fields, validators, ranges, codings.
#include <gtest/gtest.h>

#include "services/gateway/http/conditional.h"
#include "services/gateway/http/encoding.h"
#include "services/gateway/http/etag.h"
#include "services/gateway/http/message.h"
#include "services/gateway/http/random_id.h"
#include "services/gateway/http/range.h"
#include "services/gateway/http/response_head.h"
#include "services/gateway/testing/requests.h"

namespace marquee::gateway {
namespace {

TEST(Target, DecodesPathAndQuery) {
  const auto target = ParseTarget("/local-media/a%20b.jpg?zip=x%2Fy.zip&entry=a+b&flag&=nameless");

  ASSERT_TRUE(target.ok());
  EXPECT_EQ(target->path, "/local-media/a b.jpg");
  EXPECT_EQ(target->query.Get("zip"), "x/y.zip");
  EXPECT_EQ(target->query.Get("entry"), "a b");
  EXPECT_EQ(target->query.Get("flag"), "");
  EXPECT_EQ(target->query.Get("absent"), std::nullopt);
}

TEST(Target, ParsesAbsoluteForm) {
  EXPECT_EQ(ParseTarget("http://host:4000/a?b=c")->path, "/a");
  EXPECT_EQ(ParseTarget("http://host")->path, "/");
}

TEST(Target, CollapsesLeadingSlashesSoThatNoHostIsImplied) {
  EXPECT_EQ(ParseTarget("//evil.example/a")->path, "/evil.example/a");
}

class BadTarget : public ::testing::TestWithParam<const char*> {};
TEST_P(BadTarget, IsRejected) { EXPECT_FALSE(ParseTarget(GetParam()).ok()); }
INSTANTIATE_TEST_SUITE_P(Target, BadTarget,
                         ::testing::Values("", "*", "no-slash", "/%", "/%2", "/%zz", "/a%00b",
                                           "/a%0d%0ab", "/../etc", "/a/%2e%2e/b", "/a/..",
                                           "/a\\..\\b", "/%ff", "/%c0%af", "/%ed%a0%80", "/a?x=%",
                                           "/a?x=%ff"));

TEST(Target, RejectsAThousandParameters) {
  std::string target = "/a?";
  for (int i = 0; i < 1000; ++i) target += "x=1&";
  EXPECT_FALSE(ParseTarget(target).ok());
}

TEST(PercentCoding, DecodingRevertsEncoding) {
  const std::string text = "Amélie (2001) & 100 %/a'b\"";
  EXPECT_EQ(PercentDecode(PercentEncode(text), false).value(), text);
}

TEST(HeaderBlock, ReplacesLineBreaksInValues) {
  HeaderBlock headers;
  headers.Add("Location", "/a\r\nSet-Cookie: stolen=1");
  EXPECT_FALSE(headers.Has("Set-Cookie"));
  EXPECT_EQ(headers.Get("location"), "/a  Set-Cookie: stolen=1");
}

TEST(HeaderBlock, FindsLineBreaksAtEveryPosition) {
  for (size_t length = 1; length < 20; ++length) {
    for (size_t at = 0; at < length; ++at) {
      for (const char bad : {'\r', '\n', '\0'}) {
        std::string value(length, '\xe9');
        value[at] = bad;
        HeaderBlock headers;
        headers.Add("Name", value);
        value[at] = ' ';
        EXPECT_EQ(headers.text(), "Name: " + value + "\r\n");
      }
    }
  }
}

TEST(HeaderBlock, KeepsTabsAndNonAsciiBytes) {
  HeaderBlock headers;
  headers.Add("Name", "a\tb \x7f\x80\xff");
  EXPECT_EQ(headers.Get("Name"), "a\tb \x7f\x80\xff");
}

TEST(HeaderBlock, RemovesAllFieldsCaseInsensitively) {
  HeaderBlock headers;
  for (const std::string_view name : {"A", "Vary", "b", "a", "Vary2"}) headers.Add(name, "1");
  headers.Remove({"a", "VARY"});
  EXPECT_EQ(headers.text(), "b: 1\r\nVary2: 1\r\n");
}

TEST(HeaderBlock, SetReplacesAllFieldsWithThatName) {
  HeaderBlock headers;
  headers.Add("A", "1");
  headers.Add("Vary", "x");
  headers.Add("vary", "y");
  headers.Set("VARY", "z");
  EXPECT_EQ(headers.text(), "A: 1\r\nVARY: z\r\n");
}

TEST(Cookie, IsFoundAmongOthersAndWithoutQuotes) {
  const auto request = MakeRequest(Method::kGet, "/", {{"Cookie", "a=1; pr_iid=\"abc\"; b=2"}});
  EXPECT_EQ(request->Cookie("pr_iid"), "abc");
  EXPECT_EQ(request->Cookie("b"), "2");
  EXPECT_EQ(request->Cookie("iid"), std::nullopt);
}

TEST(Etag, IsEqualForEqualBytesOnly) {
  EXPECT_EQ(EtagOf("abc"), EtagOf("abc"));
  EXPECT_NE(EtagOf("abc"), EtagOf("abd"));
  EXPECT_EQ(EtagOf("abc").size(), 34U);
}

TEST(IfNoneMatch, ComparesWeaklyAndReadsLists) {
  EXPECT_TRUE(IfNoneMatchHas("\"a\"", "\"a\""));
  EXPECT_TRUE(IfNoneMatchHas("W/\"x\", W/\"a\"", "\"a\""));
  EXPECT_TRUE(IfNoneMatchHas("\"a\"", "W/\"a\""));
  EXPECT_TRUE(IfNoneMatchHas("*", "\"a\""));
  EXPECT_TRUE(IfNoneMatchHas("\"x,y\", \"a\"", "\"a\""));
  EXPECT_FALSE(IfNoneMatchHas("\"ab\"", "\"a\""));
  EXPECT_FALSE(IfNoneMatchHas("a", "\"a\""));
}

struct RangeCase {
  const char* field;
  RangeVerdict verdict;
  uint64_t first;
  uint64_t last;
};
class RangeOfTen : public ::testing::TestWithParam<RangeCase> {};
TEST_P(RangeOfTen, IsRead) {
  ByteRange range;
  EXPECT_EQ(ParseRange(GetParam().field, 10, range), GetParam().verdict);
  if (GetParam().verdict == RangeVerdict::kSatisfiable) {
    EXPECT_EQ(range.first, GetParam().first);
    EXPECT_EQ(range.last, GetParam().last);
  }
}
INSTANTIATE_TEST_SUITE_P(
    Range, RangeOfTen,
    ::testing::Values(RangeCase{"bytes=0-0", RangeVerdict::kSatisfiable, 0, 0},
                      RangeCase{"bytes=2-", RangeVerdict::kSatisfiable, 2, 9},
                      RangeCase{"bytes=-3", RangeVerdict::kSatisfiable, 7, 9},
                      RangeCase{"bytes=-99", RangeVerdict::kSatisfiable, 0, 9},
                      RangeCase{"bytes=5-99", RangeVerdict::kSatisfiable, 5, 9},
                      RangeCase{"bytes=10-", RangeVerdict::kUnsatisfiable, 0, 0},
                      RangeCase{"bytes=-0", RangeVerdict::kUnsatisfiable, 0, 0},
                      RangeCase{"bytes=3-2", RangeVerdict::kNone, 0, 0},
                      RangeCase{"bytes=0-1,3-4", RangeVerdict::kNone, 0, 0},
                      RangeCase{"bytes=-", RangeVerdict::kNone, 0, 0},
                      RangeCase{"bytes=a-b", RangeVerdict::kNone, 0, 0},
                      RangeCase{"items=0-1", RangeVerdict::kNone, 0, 0},
                      RangeCase{"", RangeVerdict::kNone, 0, 0},
                      RangeCase{"bytes=99999999999999999999-", RangeVerdict::kNone, 0, 0}));

Response TenBytes() {
  Response response = Response::Text(200, "text/plain", "0123456789");
  response.headers.Add("ETag", "\"t\"");
  response.headers.Add("Cache-Control", "public");
  return response;
}

// The response body after the request's conditions were applied.
Response TenBytesFor(const Request& request) {
  Response response = TenBytes();
  ApplyConditions(request, response, absl::FromUnixSeconds(1'800'000'000));
  return response;
}

TEST(Conditions, MatchingTagYields304WithCachingFields) {
  const auto request = MakeRequest(Method::kGet, "/", {{"If-None-Match", "\"t\""}});

  const Response answer = TenBytesFor(*request);

  EXPECT_EQ(answer.status, 304);
  EXPECT_EQ(answer.headers.Get("ETag"), "\"t\"");
  EXPECT_EQ(answer.headers.Get("Cache-Control"), "public");
  EXPECT_FALSE(answer.headers.Has("Content-Type"));
  EXPECT_EQ(BodyOf(answer), "");
}

TEST(Conditions, RangeYields206) {
  const auto request = MakeRequest(Method::kGet, "/", {{"Range", "bytes=2-4"}});

  const Response answer = TenBytesFor(*request);

  EXPECT_EQ(answer.status, 206);
  EXPECT_EQ(answer.headers.Get("Content-Range"), "bytes 2-4/10");
  EXPECT_EQ(BodyOf(answer), "234");
}

TEST(Conditions, IfRangeWithAnotherTagYieldsTheWholeBody) {
  const auto request =
      MakeRequest(Method::kGet, "/", {{"Range", "bytes=2-4"}, {"If-Range", "\"old\""}});

  EXPECT_EQ(TenBytesFor(*request).status, 200);
}

TEST(Conditions, RangeBeyondTheEndYields416) {
  const auto request = MakeRequest(Method::kGet, "/", {{"Range", "bytes=10-"}});

  const Response answer = TenBytesFor(*request);

  EXPECT_EQ(answer.status, 416);
  EXPECT_EQ(answer.headers.Get("Content-Range"), "bytes */10");
}

TEST(Conditions, DoNotApplyToPost) {
  const auto request = MakeRequest(Method::kPost, "/", {{"If-None-Match", "\"t\""}});
  EXPECT_EQ(TenBytesFor(*request).status, 200);
}

TEST(Coding, IsChosenByWeight) {
  EXPECT_EQ(ChooseCoding("gzip, deflate, br"), Coding::kBrotli);
  EXPECT_EQ(ChooseCoding("gzip;q=1.0, br;q=0.5"), Coding::kGzip);
  EXPECT_EQ(ChooseCoding("br;q=0, gzip"), Coding::kGzip);
  EXPECT_EQ(ChooseCoding("br;q=0, gzip;q=0"), Coding::kIdentity);
  EXPECT_EQ(ChooseCoding("*"), Coding::kBrotli);
  EXPECT_EQ(ChooseCoding("identity"), Coding::kIdentity);
  EXPECT_EQ(ChooseCoding(""), Coding::kIdentity);
}

TEST(ResponseHead, HasLengthForHeadAndNoneWithoutBody) {
  const absl::Time now = absl::FromUnixSeconds(784111777);
  const Response full = TenBytes();
  EXPECT_EQ(RenderHead(full, FramingOf(full, false), true, now),
            "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Type: text/plain\r\n"
            "ETag: \"t\"\r\nCache-Control: public\r\nContent-Length: 10\r\n"
            "Connection: keep-alive\r\n\r\n");
  const Response none = Response::Empty(304);
  EXPECT_EQ(RenderHead(none, FramingOf(none, false), false, now),
            "HTTP/1.1 304 Not Modified\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            "Connection: close\r\n\r\n");
}

TEST(RandomUuid, IsVersion4AndNeverRepeats) {
  const std::string one = RandomUuid();
  EXPECT_EQ(one.size(), 36U);
  EXPECT_EQ(one[14], '4');
  EXPECT_NE(std::string("89ab").find(one[19]), std::string::npos);
  EXPECT_NE(one, RandomUuid());
}

}  // namespace
}  // namespace marquee::gateway
