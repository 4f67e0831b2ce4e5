// REST over gRPC: converts a request to the message that its RPC's google.api.http annotation
// describes, and the response message to JSON (proto3 mapping: lowerCamelCase, 64-bit numbers as
// strings).
//
//   path variables, query parameters (nested fields as a.b, repeated ones repeated), the body
//   If-Match         the etag that the change is based on
//   PATCH            without update_mask, the mask is the set of fields in the body
#pragma once

#include <absl/time/time.h>
#include <google/protobuf/message.h>
#include <grpcpp/channel.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libs/base/clock.h"
#include "services/gateway/clients/api_descriptors.h"
#include "services/gateway/clients/in_flight.h"
#include "services/gateway/ports/rest_port.h"

namespace marquee::gateway {

// Thread-safe.
class RestClient final : public RestPort {
 public:
  struct Options {
    absl::Duration deadline = absl::Seconds(15);  // a refresh queries every source
  };
  struct Deps {
    std::shared_ptr<grpc::Channel> playlist;
    std::shared_ptr<grpc::Channel> imageproc;
    std::shared_ptr<grpc::Channel> devices;
    const base::Clock& clock;
    std::string version;  // of the OpenAPI document
  };

  RestClient(Options options, Deps deps);
  ~RestClient() override;
  // Cancels the calls in progress and waits for their end.
  void Stop(absl::Time deadline) { in_flight_.Close(deadline); }

  std::optional<Scope> ScopeOf(Method method, std::string_view target) const override;
  boost::asio::awaitable<RestReply> Call(RestCall call) override;
  const std::string& openapi() const override { return openapi_; }

 private:
  using Variables = std::map<std::string, std::string>;
  std::optional<std::pair<const RestBinding*, Variables>> Find(Method method,
                                                               std::string_view target) const;
  const std::shared_ptr<grpc::Channel>& ChannelFor(const RestBinding& binding) const;

  const Options options_;
  const Deps deps_;
  const ApiDescriptors api_;
  const std::string openapi_;
  InFlight in_flight_;
};

}  // namespace marquee::gateway
