enum { K = 4, L };
int arr[K * L + 1];
__GENKSYMS_EXPORT_SYMBOL(arr);
