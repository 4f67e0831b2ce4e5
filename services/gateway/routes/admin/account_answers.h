// What the account routes read from a request, and the responses that they share.
#pragma once

#include <absl/status/status.h>

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "services/gateway/http/message.h"
#include "services/gateway/http/target.h"

namespace marquee::gateway {

// The fields of a body, as JSON or as an HTML form. A body that is neither has no fields.
class Form {
 public:
  explicit Form(const Request& request);
  // Cut after `max_length` bytes; empty if missing.
  std::string Get(std::string_view name, size_t max_length) const;

 private:
  Query query_;
  boost::json::object object_;
};

// 200 with {"success": true, "message"}.
Response Success(std::string_view message);
// An error of the account service: 429 with Retry-After, 503, or the code of ErrorColumn::kAccount.
Response AccountFailure(const absl::Status& status);
// What a log-in page shows next. `next`: a path below the base path.
Response Entered(const Request& request, bool requires_code, std::string_view next);
// The account id of a session; empty for a token, because only the account's owner may change it.
std::string AccountOf(const Request& request);
// 400 for a token where a session is needed.
Response NoAccount();
// 403 for requests that another site sends through a user's browser, which could create the first
// account or log the browser in to a foreign account.
Response NotOurs(const absl::Status& status);

}  // namespace marquee::gateway
