#include "services/imageproc/clients/grpc_artwork_client.h"

#include <fmt/format.h>

#include <stop_token>
#include <utility>

#include "libs/base/strings.h"
#include "libs/rpc/error_info.h"
#include "libs/rpc/status.h"
#include "marquee/playlist/v1/artwork_service.grpc.pb.h"

namespace marquee::imageproc {
namespace {

using playlist::v1::FetchArtworkRequest;
using playlist::v1::FetchArtworkResponse;

FetchArtworkRequest MakeRequest(const OriginalKey& key, const std::string& if_validator) {
  FetchArtworkRequest request;
  if (key.url.empty()) {
    request.mutable_source_path()->set_source(key.source);
    request.mutable_source_path()->set_path(key.path);
  } else {
    request.set_url(key.url);
  }
  request.set_kind(playlist::v1::ARTWORK_KIND_IMAGE);
  request.set_if_validator(if_validator);
  return request;
}

absl::Status Deliver(const FetchArtworkResponse& message, ArtworkSink& sink) {
  if (message.has_header()) {
    const FetchArtworkResponse::Header& header = message.header();
    return sink.OnHeader({.validator = header.validator(),
                          .not_modified = header.not_modified(),
                          .content_bytes = header.content_bytes()});
  }
  return sink.OnBytes(message.chunk());
}

// kResourceExhausted on the wire means either "overloaded" or "original too large"; the latter is
// permanent, so it becomes kFailedPrecondition.
absl::Status Translate(absl::Status status) {
  if (status.code() == absl::StatusCode::kResourceExhausted &&
      rpc::ReasonOf(status) == "TOO_LARGE") {
    return absl::FailedPreconditionError(status.message());
  }
  return status;
}

}  // namespace

struct GrpcArtworkClient::Stub {
  std::unique_ptr<playlist::v1::ArtworkService::Stub> rpc;
};

GrpcArtworkClient::GrpcArtworkClient(std::shared_ptr<grpc::Channel> channel)
    : stub_(std::make_unique<Stub>(
          Stub{.rpc = playlist::v1::ArtworkService::NewStub(std::move(channel))})) {}

GrpcArtworkClient::~GrpcArtworkClient() = default;

absl::Status GrpcArtworkClient::Fetch(const OriginalKey& key, const std::string& if_validator,
                                      const base::CallContext& context, ArtworkSink& sink) {
  grpc::ClientContext call;
  if (context.deadline != absl::InfiniteFuture()) {
    call.set_deadline(absl::ToChronoTime(context.deadline));
  }
  const FetchArtworkRequest request = MakeRequest(key, if_validator);
  const auto reader = stub_->rpc->FetchArtwork(&call, request);
  const std::stop_callback on_stop(context.stop, [&call] { call.TryCancel(); });

  FetchArtworkResponse message;
  absl::Status taken;
  bool has_header = false;
  while (taken.ok() && reader->Read(&message)) {
    if (message.has_header() == has_header) {
      taken = absl::InternalError("artwork arrived without a header, or with two");
    } else {
      has_header = true;
      taken = Deliver(message, sink);
    }
  }
  if (!taken.ok()) {
    call.TryCancel();
    reader->Finish();  // frees the call; the status of a cancelled call adds nothing
    return taken;
  }
  absl::Status finished = Translate(rpc::FromGrpc(reader->Finish()));
  if (finished.ok() && !has_header) return absl::UnavailableError("artwork ended before it began");
  return finished;
}

}  // namespace marquee::imageproc
