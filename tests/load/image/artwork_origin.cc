#include <atomic>
#include <cstdio>
#include <iostream>
#include <map>

#include "libs/base/clock.h"
#include "libs/base/executor.h"
#include "libs/base/mutex.h"
#include "libs/obs/metrics.h"
#include "libs/rpc/blocking_stream.h"
#include "libs/rpc/server.h"
#include "marquee/playlist/v1/artwork_service.grpc.pb.h"
#include "tests/load/image/commands.h"

namespace marquee::imageload {
namespace {

using playlist::v1::FetchArtworkRequest;
using playlist::v1::FetchArtworkResponse;

// A fake playlist service: serves the files of one folder. A query makes a separate original: the
// same image with the query text appended to its bytes.
class FolderOrigin final : public playlist::v1::ArtworkService::CallbackService {
 public:
  explicit FolderOrigin(std::string folder) : folder_(std::move(folder)) {}
  ~FolderOrigin() override { executor_.Drain(); }

  grpc::ServerWriteReactor<FetchArtworkResponse>* FetchArtwork(
      grpc::CallbackServerContext* context, const FetchArtworkRequest* request) override {
    const std::string path = request->source_path().path();
    return rpc::RunStream<FetchArtworkResponse>(
        *context, executor_, clock_,
        [this, path](const base::CallContext&,
                     rpc::StreamWriter<FetchArtworkResponse>& out) -> absl::Status {
          const size_t mark = std::min(path.find('?'), path.size());
          const std::string bytes = Load(path.substr(0, mark)) + path.substr(mark);
          FetchArtworkResponse message;
          message.mutable_header()->set_content_bytes(static_cast<int64_t>(bytes.size()));
          absl::Status sent = out.Write(message);
          for (size_t at = 0; at < bytes.size() && sent.ok(); at += 65'536) {
            message.set_chunk(bytes.substr(at, 65'536));
            sent = out.Write(message);
          }
          return sent;
        });
  }

 private:
  std::string Load(const std::string& path) {
    const base::MutexLock lock(mutex_);
    std::string& bytes = loaded_[path];
    if (bytes.empty()) bytes = ReadFile(folder_ + path);
    return bytes;
  }

  const std::string folder_;
  base::Mutex mutex_;
  std::map<std::string, std::string> loaded_ MARQUEE_GUARDED_BY(mutex_);
  base::SystemClock clock_;
  base::BoundedExecutor executor_{{.name = "artwork", .threads = 4, .max_queued = 4096}};
};

}  // namespace

int ServeArtwork(Arguments arguments) {
  base::SystemClock clock;
  obs::Metrics metrics;
  FolderOrigin origin(arguments[0]);
  const auto server = rpc::Server::Start({.listen = "127.0.0.1:0"}, {&origin}, metrics, clock);
  if (!server.ok()) return 1;
  std::printf("image_load listening on 127.0.0.1:%d\n", (*server)->port());
  std::fflush(stdout);
  for (std::string line; std::getline(std::cin, line);) {
  }
  (*server)->Drain(clock.Now() + absl::Seconds(1));
  return 0;
}

}  // namespace marquee::imageload
