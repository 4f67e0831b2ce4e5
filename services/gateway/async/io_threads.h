// The threads that serve connections, one io_context per thread. Work that begins on a context
// stays there, so a connection needs no lock.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <memory>
#include <thread>
#include <vector>

namespace marquee::gateway {

class IoThreads {
 public:
  explicit IoThreads(size_t threads);
  ~IoThreads();  // Stop()
  IoThreads(const IoThreads&) = delete;
  IoThreads& operator=(const IoThreads&) = delete;

  size_t size() const { return loops_.size(); }
  boost::asio::io_context& context(size_t index) { return loops_[index]->context; }

  // Starts running the contexts. Call once.
  void Start();
  // Stops the event loops and joins the threads; work that is still posted is destroyed with the
  // contexts. Call it after everything that runs on the contexts has been drained. Idempotent.
  void Stop();

 private:
  struct Loop {
    Loop() : context(1), work(context.get_executor()) {}
    boost::asio::io_context context;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work;
  };
  std::vector<std::unique_ptr<Loop>> loops_;
  std::vector<std::thread> threads_;
};

}  // namespace marquee::gateway
