module example.invalid/multus-cni

go 1.18
