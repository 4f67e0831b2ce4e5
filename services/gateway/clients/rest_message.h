// Between REST and the messages of an RPC.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <google/protobuf/message.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "services/gateway/clients/api_descriptors.h"
#include "services/gateway/ports/rest_port.h"

namespace marquee::gateway {

// The request message that `call` describes. kInvalidArgument says what of it does not fit: a query
// parameter that is no field, a body that is no JSON of the message, ….
absl::StatusOr<std::unique_ptr<google::protobuf::Message>> RequestMessage(
    const RestBinding& binding, const std::map<std::string, std::string>& variables,
    const RestCall& call);

// An empty answer of the binding's RPC.
std::unique_ptr<google::protobuf::Message> AnswerMessage(const RestBinding& binding);

// 200 with the message as JSON; the etag of the resource in it, if it is one.
RestReply ReplyOf(const google::protobuf::Message& answer);
// The reply that says what went wrong. `conditional`: the call named the version it is based on.
RestReply ReplyOf(const absl::Status& status, bool conditional);

}  // namespace marquee::gateway
