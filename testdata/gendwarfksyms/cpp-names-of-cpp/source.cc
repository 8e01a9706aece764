namespace n1 { struct Q { enum K { K1 }; struct R { int r; }; K k; R r; int method(); }; namespace { struct H { int h; }; } int Q::method() { struct Local { struct Deep { int d; } d; } l; return l.d.d; } H hh; }
extern "C" { n1::Q x; decltype(nullptr) np; int &ref(int &&r); int &ref(int &&r) { return r; } n1::H *hp; }
n1::H *keep() { return &n1::hh; }
