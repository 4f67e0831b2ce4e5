// Converts between REST requests and replies and the messages of an RPC.
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

// The request message for `call`. kInvalidArgument says which part is invalid: an unknown query
// parameter, a body that is not JSON of the message, and so on.
absl::StatusOr<std::unique_ptr<google::protobuf::Message>> RequestMessage(
    const RestBinding& binding, const std::map<std::string, std::string>& variables,
    const RestCall& call);

// An empty response message of the binding's RPC.
std::unique_ptr<google::protobuf::Message> AnswerMessage(const RestBinding& binding);

// Status 200 with the message as JSON, and the etag of the resource in it, if it has one.
RestReply ReplyOf(const google::protobuf::Message& answer);
// The reply for an error status. `conditional`: the call had a precondition (If-Match or etag).
RestReply ReplyOf(const absl::Status& status, bool conditional);

}  // namespace marquee::gateway
