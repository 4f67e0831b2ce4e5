// The threads that serve connections: one io_context a thread. What begins on a context stays
// there, so a connection needs no lock of its own.
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

  // Begins to run the contexts. Once.
  void Start();
  // Ends the loops and joins the threads; work that is still posted is dropped with the contexts.
  // Call after everything that lives on the contexts has been drained. Idempotent.
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
