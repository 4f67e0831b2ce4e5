// Converts a request parsed by Boost.Beast to the gateway's Request.
#pragma once

#include <absl/status/statusor.h>

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <memory>

#include "services/gateway/http/message.h"

namespace marquee::gateway {

using BeastRequest = boost::beast::http::request<boost::beast::http::string_body>;

// Converts the target and the header fields and assigns a new request id; the caller adds the body
// and the peer. Call it before the body is read: Beast merges trailer fields into the header, and
// trailer fields must not be treated as header fields (RFC 9110 section 6.5.1). kInvalidArgument:
// the target is invalid; the message says why.
absl::StatusOr<std::shared_ptr<Request>> ToRequest(const BeastRequest& header);

}  // namespace marquee::gateway
