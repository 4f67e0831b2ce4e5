#include "libs/base/listeners.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace marquee::base {
namespace {

using Listener = std::function<void(const std::string&)>;

class ListenersTest : public ::testing::Test {
 protected:
  std::shared_ptr<Listener> Hear(const std::string& name) {
    return std::make_shared<Listener>(
        [this, name](const std::string& text) { heard_ += name + ":" + text + " "; });
  }
  void Tell(const std::string& text) {
    listeners_.Each([&text](const Listener& listener) { listener(text); });
  }

  Listeners<Listener> listeners_;
  std::string heard_;
};

TEST_F(ListenersTest, CallsListenersInOrderUntilTheirGuardIsDestroyed) {
  auto first = listeners_.Add(Hear("a"));
  const auto second = listeners_.Add(Hear("b"));
  Tell("1");
  EXPECT_EQ(listeners_.size(), 2u);

  first.reset();
  Tell("2");

  EXPECT_EQ(heard_, "a:1 b:1 b:2 ");
  EXPECT_EQ(listeners_.size(), 1u);
}

TEST_F(ListenersTest, AListenerMayAddAndRemoveListeners) {
  std::shared_ptr<void> added;
  std::shared_ptr<void> self;
  self = listeners_.Add(std::make_shared<Listener>([&](const std::string&) {
    added = listeners_.Add(Hear("new"));
    self.reset();
  }));

  Tell("1");
  Tell("2");

  EXPECT_EQ(heard_, "new:2 ") << "from the next on";
}

}  // namespace
}  // namespace marquee::base
