#include <cstdio>

#include "tests/load/image/client.h"
#include "tests/load/image/commands.h"

namespace marquee::imageload {

int StallReaders(Arguments arguments) {
  namespace pb = imageproc::v1;
  const ImageClient client(arguments[0]);
  const std::string& path = arguments[2];
  struct Reader {
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReader<pb::GetImageResponse>> reader;
  };
  const Answer alone = client.Get(ImageClient::Request(path, 590, 885, pb::FORMAT_JPEG));
  std::vector<std::unique_ptr<Reader>> readers;
  for (int i = 0; i < std::stoi(arguments[1]); ++i) {
    auto& reader = *readers.emplace_back(std::make_unique<Reader>());
    // Large and different sizes: each holds bytes that cannot be sent.
    reader.reader = client.stub().GetImage(
        &reader.context, ImageClient::Request(path, 900 + i % 20, 1350, pb::FORMAT_PNG));
    pb::GetImageResponse header;
    if (!reader.reader->Read(&header)) {
      std::fprintf(stderr, "%s\n", reader.reader->Finish().error_message().c_str());
      return 1;
    }
  }
  const Answer beside = client.Get(ImageClient::Request(path, 600, 900, pb::FORMAT_JPEG));
  for (const auto& reader : readers) reader->context.TryCancel();
  std::printf("{\"alone_ms\": %.1f, \"beside_stalled_ms\": %.1f}\n", alone.seconds * 1000,
              beside.seconds * 1000);
  return alone.status.ok() && beside.status.ok() ? 0 : 1;
}

}  // namespace marquee::imageload
