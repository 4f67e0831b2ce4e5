// One caller of the image service, over the wire.
#pragma once

#include <memory>
#include <string>

#include "marquee/imageproc/v1/image_service.grpc.pb.h"

namespace marquee::imageload {

struct Answer {
  grpc::Status status;
  imageproc::v1::GetImageResponse::Header header;
  std::string bytes;
  double seconds = 0;  // until the end
};

// Thread-safe.
class ImageClient {
 public:
  explicit ImageClient(const std::string& address);

  // Of the original `path`, which may carry a query, validator "1".
  static imageproc::v1::GetImageRequest Request(const std::string& path, int width, int height,
                                                imageproc::v1::Format format);
  Answer Get(const imageproc::v1::GetImageRequest& request) const;

  imageproc::v1::ImageService::Stub& stub() const { return *stub_; }

 private:
  const std::unique_ptr<imageproc::v1::ImageService::Stub> stub_;
};

}  // namespace marquee::imageload
