#include "services/gateway/async/io_threads.h"

#include <pthread.h>

#include <algorithm>

namespace marquee::gateway {

IoThreads::IoThreads(size_t threads) {
  for (size_t i = 0; i < std::max<size_t>(threads, 1); ++i) {
    loops_.push_back(std::make_unique<Loop>());
  }
}

IoThreads::~IoThreads() { Stop(); }

void IoThreads::Start() {
  for (auto& loop : loops_) {
    threads_.emplace_back([raw = loop.get()] {
      pthread_setname_np(pthread_self(), "http-io");
      raw->context.run();
    });
  }
}

void IoThreads::Stop() {
  for (auto& loop : loops_) loop->context.stop();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

}  // namespace marquee::gateway
