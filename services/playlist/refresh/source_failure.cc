#include "services/playlist/refresh/source_failure.h"

#include "libs/httpc/failure.h"

namespace marquee::playlist {
namespace {

SourceFailure ByCode(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kOk:
      return SourceFailure::kNone;
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kPermissionDenied:
      return SourceFailure::kUnauthorized;
    case absl::StatusCode::kDeadlineExceeded:
      return SourceFailure::kTimeout;
    case absl::StatusCode::kNotFound:
      return SourceFailure::kNotFound;
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kOutOfRange:
      return SourceFailure::kUnexpectedAnswer;
    case absl::StatusCode::kInvalidArgument:
      return SourceFailure::kSettings;
    case absl::StatusCode::kUnavailable:
      return SourceFailure::kUnreachable;
    default:
      return SourceFailure::kOther;
  }
}

}  // namespace

SourceFailure FailureKindOf(const absl::Status& status) {
  if (absl::IsUnauthenticated(status)) return SourceFailure::kUnauthorized;
  switch (httpc::FailureOf(status)) {
    case httpc::Failure::kBadRequest:
    case httpc::Failure::kHostRefused:
    case httpc::Failure::kAddressRefused:
      return SourceFailure::kSettings;
    case httpc::Failure::kDns:
    case httpc::Failure::kConnectionRefused:
    case httpc::Failure::kUnreachable:
    case httpc::Failure::kConnectTimeout:
    case httpc::Failure::kReset:
    case httpc::Failure::kBreakerOpen:
      return SourceFailure::kUnreachable;
    case httpc::Failure::kTls:
      return SourceFailure::kTls;
    case httpc::Failure::kProtocol:
    case httpc::Failure::kTooLarge:
    case httpc::Failure::kTooManyRedirects:
      return SourceFailure::kUnexpectedAnswer;
    case httpc::Failure::kDeadline:
      return SourceFailure::kTimeout;
    case httpc::Failure::kHttpStatus:
      return absl::IsUnavailable(status) || absl::IsResourceExhausted(status)
                 ? SourceFailure::kServerError
                 : ByCode(status.code());
    case httpc::Failure::kBusy:
      return SourceFailure::kOther;
    case httpc::Failure::kNone:
    case httpc::Failure::kCancelled:
      break;
  }
  return ByCode(status.code());
}

}  // namespace marquee::playlist
