#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>
#include <random>
#include <sstream>
#include <thread>

#include "libs/base/mutex.h"
#include "services/imageproc/model/digest.h"
#include "tests/load/image/client.h"
#include "tests/load/image/commands.h"

namespace marquee::imageload {
namespace {

// The digest of each key's response: recorded at the first response and compared with later ones.
class KnownAnswers {
 public:
  explicit KnownAnswers(std::string file) : file_(std::move(file)) {
    std::istringstream lines(ReadFile(file_));
    uint64_t key = 0;
    for (std::string digest; lines >> key >> digest;) digests_[key] = digest;
  }
  ~KnownAnswers() {
    std::ofstream out(file_);
    for (const auto& [key, digest] : digests_) out << key << ' ' << digest << '\n';
  }

  bool Agrees(uint64_t key, const std::string& bytes) {
    const std::string digest = imageproc::DigestOf(bytes);
    const base::MutexLock lock(mutex_);
    return digests_.emplace(key, digest).first->second == digest;
  }

 private:
  const std::string file_;
  base::Mutex mutex_;
  std::map<uint64_t, std::string> digests_;
};

}  // namespace

int AskAsAWall(Arguments arguments) {
  const ImageClient client(arguments[0]);
  const int threads = std::stoi(arguments[1]);
  const long requests = std::stol(arguments[2]);
  const auto keys = std::stoul(arguments[3]);
  const double exponent = std::stod(arguments[4]);
  KnownAnswers known(arguments[5]);
  const Arguments paths = arguments.subspan(6);
  std::vector<double> weights;
  for (size_t rank = 1; rank <= keys; ++rank) {
    weights.push_back(std::pow(static_cast<double>(rank), -exponent));
  }

  std::atomic<long> next = 0;
  std::atomic<long> came = 0;
  std::atomic<long> wrong = 0;
  std::atomic<long> refused = 0;
  std::atomic<long> lost = 0;
  std::atomic<long> failed = 0;
  std::atomic<bool> gone = false;
  const auto began = std::chrono::steady_clock::now();
  std::vector<std::jthread> workers;
  for (int i = 0; i < threads; ++i) {
    workers.emplace_back([&, i] {
      std::discrete_distribution<uint64_t> pick(weights.begin(), weights.end());
      std::mt19937_64 random(static_cast<uint64_t>(i) + 1);
      while (next++ < requests && !gone) {
        const uint64_t key = pick(random);
        // Four sizes of each original.
        const std::string path = paths[key / 4 % paths.size()] + "?" + std::to_string(key / 4);
        const int width = 150 * (1 + static_cast<int>(key % 4));
        const Answer answer = client.Get(
            ImageClient::Request(path, width, width * 3 / 2, imageproc::v1::FORMAT_JPEG));
        if (answer.status.ok()) {
          ++came;
          const bool whole =
              static_cast<size_t>(answer.header.content_bytes()) == answer.bytes.size();
          if (!whole || !known.Agrees(key, answer.bytes)) ++wrong;
        } else if (answer.status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED) {
          ++refused;
        } else if (answer.status.error_code() == grpc::StatusCode::UNAVAILABLE) {
          ++lost;
          gone = true;
        } else {
          ++failed;
          std::fprintf(stderr, "%s\n", answer.status.error_message().c_str());
        }
      }
    });
  }
  workers.clear();
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  std::printf(
      "{\"came\": %ld, \"wrong\": %ld, \"refused\": %ld, \"lost\": %ld, "
      "\"failed\": %ld, \"per_second\": %.1f}\n",
      came.load(), wrong.load(), refused.load(), lost.load(), failed.load(),
      static_cast<double>(came) / seconds);
  return wrong == 0 && failed == 0 ? 0 : 1;
}

}  // namespace marquee::imageload
