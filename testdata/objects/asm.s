	.section .export_symbol, "a"
__export_symbol_page_zero:
	.text
	.globl page_zero
	.type page_zero, @function
page_zero:
	ret
	.size page_zero, 1
