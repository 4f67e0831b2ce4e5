#include "services/gateway/clients/rest_client.h"

#include <fmt/format.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>

#include <functional>
#include <utility>

#include "libs/rpc/status.h"
#include "services/gateway/async/await.h"
#include "services/gateway/clients/openapi.h"
#include "services/gateway/clients/reader_view.h"
#include "services/gateway/clients/rest_message.h"

namespace marquee::gateway {
namespace {

std::string_view PathOf(std::string_view target) { return target.substr(0, target.find('?')); }

grpc::ByteBuffer ToBuffer(const google::protobuf::Message& message) {
  const grpc::Slice slice(message.SerializeAsString());
  return {&slice, 1};
}

bool Parse(const grpc::ByteBuffer& buffer, google::protobuf::Message& message) {
  grpc::Slice slice;
  return buffer.DumpToSingleSlice(&slice).ok() &&
         message.ParseFromArray(slice.begin(), static_cast<int>(slice.size()));
}

}  // namespace

RestClient::RestClient(Options options, Deps deps)
    : options_(options), deps_(std::move(deps)), openapi_(OpenApi(api_, deps_.version)) {}

RestClient::~RestClient() = default;

std::optional<std::pair<const RestBinding*, RestClient::Variables>> RestClient::Find(
    Method method, std::string_view target) const {
  if (method == Method::kHead) method = Method::kGet;
  for (const RestBinding& binding : api_.bindings()) {
    if (binding.verb != method) continue;
    if (auto variables = binding.path_template.Match(PathOf(target))) {
      return std::pair(&binding, *std::move(variables));
    }
  }
  return std::nullopt;
}

std::optional<Scope> RestClient::ScopeOf(Method method, std::string_view target) const {
  const auto found = Find(method, target);
  if (!found) return std::nullopt;
  return found->first->scope;
}

const std::shared_ptr<grpc::Channel>& RestClient::ChannelFor(const RestBinding& binding) const {
  const std::string& package = binding.method->file()->package();
  if (package == "marquee.playlist.v1") return deps_.playlist;
  if (package == "marquee.imageproc.v1") return deps_.imageproc;
  return deps_.devices;
}

boost::asio::awaitable<RestReply> RestClient::Call(RestCall call) {
  const auto found = Find(call.method, call.target);
  if (!found) co_return ReplyOf(absl::NotFoundError("no such resource"), false);
  const RestBinding& binding = *found->first;
  const auto request = RequestMessage(binding, found->second, call);
  if (!request.ok()) co_return ReplyOf(request.status(), false);

  // Shared with the callback: the call may end after the coroutine was destroyed.
  struct UnderWay {
    explicit UnderWay(const std::shared_ptr<grpc::Channel>& channel) : stub(channel) {}
    grpc::GenericStub stub;
    grpc::ClientContext context;
    grpc::ByteBuffer request;
    grpc::ByteBuffer answer;
    std::shared_ptr<void> entered;
  };
  const auto under_way = std::make_shared<UnderWay>(ChannelFor(binding));
  under_way->request = ToBuffer(**request);
  under_way->context.set_deadline(absl::ToChronoTime(deps_.clock.Now() + options_.deadline));
  under_way->entered = in_flight_.Enter(under_way->context);
  if (under_way->entered == nullptr) {
    co_return ReplyOf(absl::UnavailableError("shutting down"), false);
  }
  const std::string name =
      fmt::format("/{}/{}", binding.method->service()->full_name(), binding.method->name());
  std::function<void(std::function<void(grpc::Status)>)> start =
      [&under_way, &name](const std::function<void(grpc::Status)>& done) {
        under_way->stub.UnaryCall(&under_way->context, name, grpc::StubOptions(),
                                  &under_way->request, &under_way->answer,
                                  [under_way, done](grpc::Status status) {
                                    under_way->entered.reset();
                                    done(std::move(status));
                                  });
      };
  const grpc::Status status = co_await AwaitCallback<grpc::Status>(std::move(start));
  if (!status.ok()) co_return ReplyOf(rpc::FromGrpc(status), !call.if_match.empty());
  const auto answer = AnswerMessage(binding);
  if (!Parse(under_way->answer, *answer)) {
    co_return ReplyOf(absl::InternalError("the service returned an unexpected message type"),
                      false);
  }
  if (!call.by_administrator) HideFromReaders(*answer);
  co_return ReplyOf(*answer);
}

}  // namespace marquee::gateway
