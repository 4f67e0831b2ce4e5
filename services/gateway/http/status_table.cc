#include "services/gateway/http/status_table.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace marquee::gateway {
namespace {

constexpr size_t kColumns = static_cast<size_t>(ErrorColumn::kAccess) + 1;

struct Row {
  absl::StatusCode code;
  std::array<int, kColumns> status;
};

// clang-format off
constexpr std::array kRows = {
    //                                        rest if_m acct devi sett prob file imag acce
    Row{absl::StatusCode::kInvalidArgument,    {400, 400, 400, 400, 400, 400, 400, 400, 503}},
    Row{absl::StatusCode::kOutOfRange,         {400, 400, 503, 503, 503, 400, 416, 302, 503}},
    Row{absl::StatusCode::kUnauthenticated,    {401, 401, 401, 503, 503, 400, 503, 503, 401}},
    Row{absl::StatusCode::kPermissionDenied,   {403, 403, 403, 503, 503, 400, 400, 302, 403}},
    Row{absl::StatusCode::kNotFound,           {404, 404, 404, 404, 503, 400, 404, 302, 503}},
    Row{absl::StatusCode::kAlreadyExists,      {409, 409, 403, 503, 503, 400, 503, 503, 503}},
    Row{absl::StatusCode::kAborted,            {409, 412, 503, 409, 409, 400, 503, 503, 503}},
    Row{absl::StatusCode::kFailedPrecondition, {422, 422, 403, 503, 503, 400, 500, 302, 503}},
    Row{absl::StatusCode::kResourceExhausted,  {429, 429, 429, 429, 503, 400, 503, 503, 429}},
    Row{absl::StatusCode::kUnimplemented,      {501, 501, 503, 503, 503, 400, 503, 503, 503}},
    Row{absl::StatusCode::kCancelled,          {503, 503, 503, 503, 503, 400, 503, 503, 503}},
    Row{absl::StatusCode::kUnavailable,        {503, 503, 503, 503, 503, 503, 503, 503, 503}},
    Row{absl::StatusCode::kDeadlineExceeded,   {504, 504, 503, 503, 503, 400, 503, 503, 503}},
    Row{absl::StatusCode::kDataLoss,           {500, 500, 503, 503, 503, 400, 500, 302, 503}},
    Row{absl::StatusCode::kInternal,           {500, 500, 503, 503, 503, 400, 503, 503, 503}},
};
// clang-format on

}  // namespace

int HttpStatusOf(absl::StatusCode code, ErrorColumn column) {
  const auto* row = std::ranges::find(kRows, code, &Row::code);
  if (row == kRows.end()) row = std::ranges::find(kRows, absl::StatusCode::kInternal, &Row::code);
  return row->status[static_cast<size_t>(column)];
}

}  // namespace marquee::gateway
