// What Beast parsed, as a request of ours.
#pragma once

#include <absl/status/statusor.h>

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <memory>

#include "services/gateway/http/message.h"

namespace marquee::gateway {

using BeastRequest = boost::beast::http::request<boost::beast::http::string_body>;

// Target and header fields, with an id of its own; the body and who sent it are for the caller to
// add. To be called before the body is read: Beast merges trailer fields into the header, and they
// must not be taken for it (RFC 9110 section 6.5.1). kInvalidArgument: the target cannot be
// answered; the message says why.
absl::StatusOr<std::shared_ptr<Request>> ToRequest(const BeastRequest& header);

}  // namespace marquee::gateway
