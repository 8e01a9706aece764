plain __COUNTER__ __FILE__ __LINE__
