// Counts the connections of each host and decides which ones to keep when a request ends. libcurl
// limits connections per host and in total, but not the idle connections per host.
#pragma once

#include <map>
#include <string>

namespace marquee::httpc {

// Not thread-safe. Must outlive every connection.
class HostPool {
 public:
  class Host {
   public:
    void Opened() { ++sockets_; }
    void Closed();

   private:
    friend class HostPool;
    explicit Host(HostPool& pool) : pool_(pool) {}

    HostPool& pool_;
    std::string name_;
    int sockets_ = 0;  // open, in use or idle
    int visits_ = 0;   // requests in progress or waiting for a connection
    int keeping_ = 0;  // visits whose connection stays open after them
    // Visits and sockets whose connection will be closed: neither counts any more, whichever ends
    // first.
    int closing_visits_ = 0;
    int closing_sockets_ = 0;
  };

  // One request to a host.
  class Visit {
   public:
    Visit() = default;
    ~Visit() { Leave(); }
    Visit(Visit&& other) noexcept;
    Visit& operator=(Visit&& other) noexcept;

    // Whether the connection may stay open after this request; called once, when its response
    // begins. Always true while other requests wait for a connection, since they would open a new
    // one.
    bool MayKeepConnection();
    Host* host() const { return host_; }

   private:
    friend class HostPool;
    explicit Visit(Host* host) : host_(host) { ++host_->visits_; }
    void Leave();

    Host* host_ = nullptr;
    bool keeping_ = false;
    bool closing_ = false;
  };

  explicit HostPool(int max_idle) : max_idle_(max_idle) {}

  Visit Enter(const std::string& host_and_port);
  // Number of hosts with a connection or a visit.
  size_t hosts() const { return hosts_.size(); }

 private:
  void RemoveIfUnused(const Host& host);

  const int max_idle_;
  std::map<std::string, Host> hosts_;
};

}  // namespace marquee::httpc
