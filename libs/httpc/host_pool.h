// How many connections each host has, and which are worth keeping when a request is done with them.
// libcurl bounds the connections to a host and those of all hosts together, but not the idle ones
// of one host.
#pragma once

#include <map>
#include <string>

namespace marquee::httpc {

// For one thread. Outlives every connection.
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
    int sockets_ = 0;  // open, in use or not
    int visits_ = 0;   // requests under way or waiting for a connection
    int keeping_ = 0;  // of them, those whose connection will be idle when they end
    // Whose connection will be closed: it and they count no more, whichever is gone first.
    int closing_visits_ = 0;
    int closing_sockets_ = 0;
  };

  // A request's stay at a host.
  class Visit {
   public:
    Visit() = default;
    ~Visit() { Leave(); }
    Visit(Visit&& other) noexcept;
    Visit& operator=(Visit&& other) noexcept;

    // Whether the connection may stay open after this request; asked once, when its answer begins.
    // Always while others wait for a connection: they would only make a new one.
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
  // Hosts with a connection or a visit.
  size_t hosts() const { return hosts_.size(); }

 private:
  void ForgetIfUnused(const Host& host);

  const int max_idle_;
  std::map<std::string, Host> hosts_;
};

}  // namespace marquee::httpc
