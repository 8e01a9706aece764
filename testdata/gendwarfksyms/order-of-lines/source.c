int a1, a2, a3, b1, b2, c, d, e, \u00e9t\u00e9, z;
