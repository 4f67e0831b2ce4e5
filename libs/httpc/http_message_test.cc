#include "libs/httpc/http_message.h"

#include <gtest/gtest.h>

#include "libs/base/strings.h"
#include "libs/httpc/failure.h"

namespace marquee::httpc {
namespace {

TEST(HttpHeadTest, FindsHeadersInAnyCase) {
  const HttpHead head{.status = 200, .headers = {{"ETag", "\"a\""}, {"CONTENT-LENGTH", "12"}}};
  EXPECT_EQ(head.etag(), "\"a\"");
  EXPECT_EQ(head.content_length(), 12u);
  EXPECT_EQ(head.content_type(), "");
}

TEST(HttpHeadTest, HasNoContentLengthForACompressedBody) {
  const HttpHead head{.status = 200,
                      .headers = {{"content-encoding", "gzip"}, {"content-length", "12"}}};
  EXPECT_EQ(head.content_length(), std::nullopt);
}

TEST(HttpHeadTest, ReadsRetryAfterInBothForms) {
  const absl::Time now =
      absl::FromCivil(absl::CivilSecond(2026, 1, 1, 0, 0, 0), absl::UTCTimeZone());
  const auto after = [&](const char* text) {
    return HttpHead{.status = 503, .headers = {{"Retry-After", text}}}.retry_after(now);
  };
  EXPECT_EQ(after("120"), absl::Minutes(2));
  EXPECT_EQ(after("Thu, 01 Jan 2026 00:00:30 GMT"), absl::Seconds(30));
  EXPECT_EQ(after("Wed, 31 Dec 2025 00:00:00 GMT"), absl::ZeroDuration());
  EXPECT_EQ(after("99999999999"), absl::Hours(24));
  EXPECT_EQ(after("soon"), std::nullopt);
}

TEST(OnlyServerTest, TrustsOnlyThatHostAndPort) {
  const HostRule rule = OnlyServer(*Url::Parse("http://10.0.0.5:8096"));
  EXPECT_EQ(rule(*Url::Parse("http://10.0.0.5:8096/web")), HostTrust::kConfigured);
  EXPECT_EQ(rule(*Url::Parse("https://10.0.0.5:8096/")), HostTrust::kConfigured);
  EXPECT_EQ(rule(*Url::Parse("https://10.0.0.5:8920/")), HostTrust::kRefused);
  EXPECT_EQ(rule(*Url::Parse("https://10.0.0.5/")), HostTrust::kRefused);
  EXPECT_EQ(rule(*Url::Parse("http://10.0.0.5:6379/")), HostTrust::kRefused);
  EXPECT_EQ(rule(*Url::Parse("http://10.0.0.6:8096/")), HostTrust::kRefused);

  const HostRule secure = OnlyServer(*Url::Parse("https://media.example"));
  EXPECT_EQ(secure(*Url::Parse("http://media.example/")), HostTrust::kRefused);
  EXPECT_EQ(secure(*Url::Parse("http://media.example:443/")), HostTrust::kRefused);
  EXPECT_EQ(secure(*Url::Parse("https://media.example:8443/")), HostTrust::kRefused);
}

TEST(FailureTest, IsCarriedByTheStatus) {
  const auto status = MakeFailure(Failure::kDns, "no such name");
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(FailureOf(status), Failure::kDns);
  EXPECT_EQ(FailureOf(base::Annotate(status, "jellyfin \"Den\"")), Failure::kDns);
  EXPECT_EQ(FailureOf(absl::InternalError("x")), Failure::kNone);
}

TEST(FailureTest, MapsHttpStatusesToStatusCodes) {
  EXPECT_TRUE(StatusOfHttp(200, "x").ok());
  EXPECT_TRUE(StatusOfHttp(304, "x").ok());
  EXPECT_EQ(StatusOfHttp(401, "x").code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(StatusOfHttp(403, "x").code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(StatusOfHttp(404, "x").code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(StatusOfHttp(429, "x").code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(StatusOfHttp(503, "x").code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(StatusOfHttp(418, "x").code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(FailureOf(StatusOfHttp(500, "x")), Failure::kHttpStatus);
}

}  // namespace
}  // namespace marquee::httpc
