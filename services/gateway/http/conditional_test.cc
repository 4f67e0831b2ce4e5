// Conditional requests (RFC 9110 section 13) and HTTP dates.
#include "services/gateway/http/conditional.h"

#include <gtest/gtest.h>

#include <string>

#include "services/gateway/http/http_date.h"
#include "services/gateway/testing/requests.h"

namespace marquee::gateway {
namespace {

constexpr const char* kModified = "Sun, 06 Nov 1994 08:49:37 GMT";
const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

struct ConditionCase {
  Fields fields;
  int status;
};
class Conditions : public ::testing::TestWithParam<ConditionCase> {
 protected:
  static Response Answer(const std::string& etag, Method method) {
    Response full = Response::Text(200, "text/plain", "0123456789");
    if (!etag.empty()) full.headers.Add("ETag", etag);
    full.headers.Add("Last-Modified", kModified);
    full.headers.Add("Cache-Control", "public, max-age=31536000, immutable");
    ApplyConditions(*MakeRequest(method, "/", GetParam().fields), full, kNow);
    return full;
  }
};

class WithTagAndDate : public Conditions {};
TEST_P(WithTagAndDate, ConditionsAreEvaluatedInRfcOrder) {
  EXPECT_EQ(Answer("\"t\"", Method::kGet).status, GetParam().status);
  EXPECT_EQ(Answer("\"t\"", Method::kHead).status, GetParam().status);
  EXPECT_EQ(Answer("\"t\"", Method::kPost).status, 200);
}
INSTANTIATE_TEST_SUITE_P(
    Conditions, WithTagAndDate,
    ::testing::Values(
        ConditionCase{{{"If-Modified-Since", kModified}}, 304},
        ConditionCase{{{"If-Modified-Since", "Sun, 06 Nov 1994 08:49:38 GMT"}}, 304},
        ConditionCase{{{"If-Modified-Since", "Sun, 06 Nov 1994 08:49:36 GMT"}}, 200},
        ConditionCase{{{"If-Modified-Since", "Sunday, 06-Nov-94 08:49:37 GMT"}}, 304},
        ConditionCase{{{"If-Modified-Since", "Sun Nov  6 08:49:37 1994"}}, 304},
        // A future date is after the last modification, so the condition holds.
        ConditionCase{{{"If-Modified-Since", "Tue, 01 Jan 2999 00:00:00 GMT"}}, 304},
        ConditionCase{{{"If-Modified-Since", "yesterday"}}, 200},
        ConditionCase{{{"If-Modified-Since", ""}}, 200},
        ConditionCase{{{"If-Modified-Since", kModified}, {"If-Modified-Since", kModified}}, 200},
        ConditionCase{{{"If-None-Match", "\"t\""}}, 304},
        ConditionCase{{{"If-None-Match", "W/\"t\""}}, 304},
        ConditionCase{{{"If-None-Match", "*"}}, 304},
        ConditionCase{{{"If-None-Match", "\"x\", W/\"t\""}}, 304},
        ConditionCase{{{"If-None-Match", "\"x\""}, {"If-None-Match", "\"t\""}}, 304},
        ConditionCase{{{"If-None-Match", "\"x\""}}, 200},
        // If-None-Match makes the date irrelevant, whether it matches or not.
        ConditionCase{{{"If-None-Match", "\"x\""}, {"If-Modified-Since", kModified}}, 200},
        ConditionCase{
            {{"If-None-Match", "\"t\""}, {"If-Modified-Since", "Sun, 06 Nov 1994 08:49:36 GMT"}},
            304},
        ConditionCase{{{"If-Match", "\"t\""}}, 200}, ConditionCase{{{"If-Match", "*"}}, 200},
        ConditionCase{{{"If-Match", "\"x\", \"t\""}}, 200},
        ConditionCase{{{"If-Match", "\"x\""}}, 412}, ConditionCase{{{"If-Match", "W/\"t\""}}, 412},
        ConditionCase{{{"If-Unmodified-Since", kModified}}, 200},
        ConditionCase{{{"If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:36 GMT"}}, 412},
        ConditionCase{{{"If-Unmodified-Since", "never"}}, 200},
        ConditionCase{
            {{"If-Match", "\"t\""}, {"If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:36 GMT"}}, 200},
        ConditionCase{{{"If-Modified-Since", kModified}, {"Range", "bytes=0-1"}}, 304},
        ConditionCase{
            {{"If-Modified-Since", "Sun, 06 Nov 1994 08:49:36 GMT"}, {"Range", "bytes=0-1"}},
            206}));

class WithDateOnly : public Conditions {};
TEST_P(WithDateOnly, EvaluatesDateConditions) {
  EXPECT_EQ(Answer("", Method::kGet).status, GetParam().status);
}
INSTANTIATE_TEST_SUITE_P(Conditions, WithDateOnly,
                         ::testing::Values(ConditionCase{{{"If-Modified-Since", kModified}}, 304},
                                           ConditionCase{{{"If-None-Match", "\"t\""}}, 200},
                                           ConditionCase{{{"If-None-Match", "\"t\""},
                                                          {"If-Modified-Since", kModified}},
                                                         200},
                                           ConditionCase{{{"If-Match", "\"t\""}}, 412},
                                           ConditionCase{{{"Range", "bytes=0-1"}}, 206}));

TEST(ConditionsWithoutValidators, AreIgnored) {
  Response full = Response::Text(200, "text/plain", "0123456789");
  ApplyConditions(*MakeRequest(Method::kGet, "/", {{"If-Modified-Since", kModified}}), full, kNow);
  EXPECT_EQ(full.status, 200);
}

TEST(RangeConditions, A416IsNotCacheable) {
  Response full = Response::Text(200, "image/jpeg", "0123456789");
  full.headers.Add("ETag", "\"t\"");
  full.headers.Add("Cache-Control", "public, max-age=31536000, immutable");
  ApplyConditions(*MakeRequest(Method::kGet, "/", {{"Range", "bytes=10-"}}), full, kNow);
  EXPECT_EQ(full.status, 416);
  EXPECT_EQ(full.headers.Get("Cache-Control"), "no-store");
  EXPECT_EQ(full.headers.Get("Content-Range"), "bytes */10");
}

TEST(HttpDates, ParsesAllThreeForms) {
  const absl::Time expected = absl::FromUnixSeconds(784111777);
  for (const char* text : {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
                           "Sun Nov  6 08:49:37 1994"}) {
    EXPECT_EQ(ParseHttpDate(text, kNow), expected) << text;
  }
  EXPECT_EQ(ParseHttpDate(HttpDate(kNow), kNow), kNow);
}

TEST(HttpDates, RejectsOtherForms) {
  for (const char* text : {"", "0", "1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37",
                           "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 6 Nov 1994 08:49:37 GMT",
                           "Sun, 06 Nov 1994 8:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT",
                           "Sun, 06 Nov 1994 25:49:37 GMT", "Sun, 06 ovD 1994 08:49:37 GMT",
                           "Xun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT ",
                           "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06 Nov -994 08:49:37 GMT"}) {
    EXPECT_EQ(ParseHttpDate(text, kNow), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace marquee::gateway
