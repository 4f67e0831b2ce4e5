// ArtworkClient over the gRPC service marquee.playlist.v1.ArtworkService.
#pragma once

#include <grpcpp/channel.h>

#include <memory>

#include "services/imageproc/clients/artwork_client.h"

namespace marquee::imageproc {

class GrpcArtworkClient final : public ArtworkClient {
 public:
  explicit GrpcArtworkClient(std::shared_ptr<grpc::Channel> channel);
  ~GrpcArtworkClient() override;

  absl::Status Fetch(const OriginalKey& key, const std::string& if_validator,
                     const base::CallContext& context, ArtworkSink& sink) override;

 private:
  struct Stub;
  const std::unique_ptr<Stub> stub_;
};

}  // namespace marquee::imageproc
