#include "tests/load/image/client.h"

#include <chrono>

#include "libs/rpc/channel.h"

namespace marquee::imageload {

namespace pb = imageproc::v1;

ImageClient::ImageClient(const std::string& address)
    : stub_(pb::ImageService::NewStub(rpc::Connect(address))) {}

pb::GetImageRequest ImageClient::Request(const std::string& path, int width, int height,
                                         pb::Format format) {
  pb::GetImageRequest request;
  request.mutable_location()->mutable_source_path()->set_source("load");
  request.mutable_location()->mutable_source_path()->set_path(path);
  request.mutable_location()->set_artwork_version("1");
  request.mutable_transform()->set_width(width);
  request.mutable_transform()->set_height(height);
  request.mutable_transform()->set_format(format);
  return request;
}

Answer ImageClient::Get(const pb::GetImageRequest& request) const {
  const auto began = std::chrono::steady_clock::now();
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
  const auto reader = stub_->GetImage(&context, request);
  Answer answer;
  pb::GetImageResponse message;
  while (reader->Read(&message)) {
    if (message.has_header()) {
      answer.header = message.header();
    } else {
      answer.bytes += message.chunk();
    }
  }
  answer.status = reader->Finish();
  answer.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return answer;
}

}  // namespace marquee::imageload
