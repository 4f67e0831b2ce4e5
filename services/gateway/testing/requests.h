// Creates requests for tests that need no connection.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "services/gateway/http/message.h"

namespace marquee::gateway {

using Fields = std::vector<std::pair<std::string, std::string>>;

// `target` must be valid.
RequestPtr MakeRequest(Method method, std::string target, const Fields& fields = {},
                       std::string body = {});

// The bytes that would be sent as the body.
std::string BodyOf(const Response& response);

}  // namespace marquee::gateway
