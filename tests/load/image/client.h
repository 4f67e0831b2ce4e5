// A client of the image service over gRPC.
#pragma once

#include <memory>
#include <string>

#include "marquee/imageproc/v1/image_service.grpc.pb.h"

namespace marquee::imageload {

struct Answer {
  grpc::Status status;
  imageproc::v1::GetImageResponse::Header header;
  std::string bytes;
  double seconds = 0;  // until the last byte
};

// Thread-safe.
class ImageClient {
 public:
  explicit ImageClient(const std::string& address);

  // A request for the original `path`, which may have a query, with version "1".
  static imageproc::v1::GetImageRequest Request(const std::string& path, int width, int height,
                                                imageproc::v1::Format format);
  Answer Get(const imageproc::v1::GetImageRequest& request) const;

  imageproc::v1::ImageService::Stub& stub() const { return *stub_; }

 private:
  const std::unique_ptr<imageproc::v1::ImageService::Stub> stub_;
};

}  // namespace marquee::imageload
