// The open connections of a server: bounds their number and, when the bound is reached, chooses the
// one that is closed for a new one, so that clients with many connections cannot keep out others.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>

namespace marquee::gateway {

// The place of one connection. The table has it back when the last reference is gone.
class ConnectionPlace : public std::enable_shared_from_this<ConnectionPlace> {
 public:
  virtual ~ConnectionPlace() = default;
  ConnectionPlace(const ConnectionPlace&) = delete;
  ConnectionPlace& operator=(const ConnectionPlace&) = delete;

  // The index that was passed to Admit: the io thread of the connection.
  size_t thread() const { return thread_; }
  // Whether a request is being answered. Connections that wait for one are closed first. Any
  // thread.
  void SetServing(bool serving) { serving_.store(serving, std::memory_order_relaxed); }
  // The client has proven to be an administrator, or a display whose secret is correct: the
  // connection is not closed for another one. Any thread.
  virtual void Pin() = 0;

  // The following are called on the connection's thread. `close` must not throw and must not keep
  // the place alive; it replaces an earlier one, and runs at once if Evict() was called before.
  void OnEvict(std::function<void()> close);
  void Evict();

 protected:
  explicit ConnectionPlace(size_t thread) : thread_(thread) {}
  bool serving() const { return serving_.load(std::memory_order_relaxed); }

 private:
  friend class ConnectionTable;

  const size_t thread_;
  std::atomic<bool> serving_ = false;
  bool evicted_ = false;
  std::function<void()> close_;
};

// Thread-safe. Each operation costs O(log n) with n open connections.
//
// When `max_connections` are open, the oldest waiting connection of the client with most
// connections is closed, if the new client has at least two fewer; otherwise the oldest waiting one
// of the new client itself. If neither exists, the new connection is refused. A client is an IPv4
// address or a /48 of IPv6; within a /48 the same applies to its /64 networks. So an attacker with
// N addresses gets N equal shares at most, and clients with few connections keep them.
//
// That does not help against as many addresses as there are connections: `reserved` of them are for
// reserved addresses alone.
class ConnectionTable {
 public:
  // Connections that are being closed for others and are open in addition to `max_connections`.
  static constexpr size_t kMaxLeaving = 32;

  struct Options {
    size_t max_connections = 10'000;
    size_t reserved = 0;  // of max_connections; at most half of them are used
  };
  enum class Client {
    kOrdinary,
    kReserved,  // has shown an administrator's credentials recently
    kShared,    // a reverse proxy: not closed for others, since it serves many clients
  };
  struct Admission {
    std::shared_ptr<ConnectionPlace> place;    // null: refused
    std::shared_ptr<ConnectionPlace> evicted;  // Evict() it on its thread; null: none
  };

  explicit ConnectionTable(Options options);

  Admission Admit(std::string_view address, Client client, size_t thread);
  // Including those that are being closed.
  size_t size() const;

 private:
  class State;
  class Entry;
  const std::shared_ptr<State> state_;
};

}  // namespace marquee::gateway
