// What Beast parsed, as a request of ours.
#pragma once

#include <absl/status/statusor.h>

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <memory>

#include "services/gateway/http/message.h"

namespace marquee::gateway {

using BeastRequest = boost::beast::http::request<boost::beast::http::string_body>;

// Target, header and body, with an id of its own; who sent it is for the caller to say.
// kInvalidArgument: no HTTP/1.1 request that can be answered; the message says why.
absl::StatusOr<std::shared_ptr<Request>> ToRequest(BeastRequest&& message);

}  // namespace marquee::gateway
