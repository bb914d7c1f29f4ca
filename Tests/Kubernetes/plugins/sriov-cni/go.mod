module example.invalid/sriov-cni

go 1.18
