#include "services/playlist/refresh/source_failure.h"

#include <gtest/gtest.h>

#include "libs/base/status.h"
#include "libs/httpc/failure.h"

namespace marquee::playlist {
namespace {

TEST(SourceFailureTest, ClassifiesByCauseAndCode) {
  using httpc::Failure;
  const auto http = [](Failure failure) {
    return FailureKindOf(base::Annotate(httpc::MakeFailure(failure, "10.0.0.6: secret"), "plex"));
  };
  EXPECT_EQ(http(Failure::kDns), SourceFailure::kUnreachable);
  EXPECT_EQ(http(Failure::kConnectionRefused), SourceFailure::kUnreachable);
  EXPECT_EQ(http(Failure::kConnectTimeout), SourceFailure::kUnreachable);
  EXPECT_EQ(http(Failure::kBreakerOpen), SourceFailure::kUnreachable);
  EXPECT_EQ(http(Failure::kTls), SourceFailure::kTls);
  EXPECT_EQ(http(Failure::kDeadline), SourceFailure::kTimeout);
  EXPECT_EQ(http(Failure::kProtocol), SourceFailure::kUnexpectedAnswer);
  EXPECT_EQ(http(Failure::kHostRefused), SourceFailure::kSettings);
  EXPECT_EQ(FailureKindOf(httpc::StatusOfHttp(500, "x")), SourceFailure::kServerError);
  EXPECT_EQ(FailureKindOf(httpc::StatusOfHttp(401, "x")), SourceFailure::kUnauthorized);
  EXPECT_EQ(FailureKindOf(httpc::StatusOfHttp(404, "x")), SourceFailure::kNotFound);
  EXPECT_EQ(FailureKindOf(httpc::WithFailure(absl::UnavailableError("slow"), Failure::kDeadline)),
            SourceFailure::kTimeout);
  EXPECT_EQ(FailureKindOf(absl::UnauthenticatedError("token")), SourceFailure::kUnauthorized);
  EXPECT_EQ(FailureKindOf(absl::DeadlineExceededError("late")), SourceFailure::kTimeout);
  EXPECT_EQ(FailureKindOf(absl::FailedPreconditionError("html")), SourceFailure::kUnexpectedAnswer);
  EXPECT_EQ(FailureKindOf(absl::NotFoundError("folder")), SourceFailure::kNotFound);
  EXPECT_EQ(FailureKindOf(absl::InternalError("?")), SourceFailure::kOther);
  EXPECT_EQ(FailureKindOf(absl::OkStatus()), SourceFailure::kNone);
}

}  // namespace
}  // namespace marquee::playlist
