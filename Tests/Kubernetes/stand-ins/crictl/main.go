// Stand-in for cri-tools, which Debian 12 does not have: the calls that kubeadm 1.20 makes, to the container runtime's own
// interface (CRI), as the real program makes them.
//
//	crictl [-r ENDPOINT] info | pods [-q] | inspecti IMAGE | pull IMAGE | stopp POD… | rmp POD…
package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"google.golang.org/grpc"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1alpha2"
)

const defaultEndpoint = "unix:///run/containerd/containerd.sock"

func run(arguments []string) error {
	endpoint := defaultEndpoint
	if len(arguments) > 1 && arguments[0] == "-r" {
		endpoint, arguments = arguments[1], arguments[2:]
	}
	if len(arguments) == 0 {
		return fmt.Errorf("usage: crictl [-r ENDPOINT] info | pods [-q] | inspecti IMAGE | pull IMAGE | stopp POD… | rmp POD…")
	}
	if !strings.Contains(endpoint, "://") {
		endpoint = "unix://" + endpoint
	}
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	dial, stop := context.WithTimeout(ctx, 2*time.Second)
	defer stop()
	connection, err := grpc.DialContext(dial, endpoint, grpc.WithInsecure(), grpc.WithBlock())
	if err != nil {
		return fmt.Errorf("connect %s: %w", endpoint, err)
	}
	defer connection.Close()
	runtime, images := cri.NewRuntimeServiceClient(connection), cri.NewImageServiceClient(connection)

	switch command, names := arguments[0], arguments[1:]; command {
	case "info":
		answer, err := runtime.Status(ctx, &cri.StatusRequest{})
		if err != nil {
			return err
		}
		fmt.Println(answer)
	case "pods":
		answer, err := runtime.ListPodSandbox(ctx, &cri.ListPodSandboxRequest{})
		if err != nil {
			return err
		}
		for _, pod := range answer.Items {
			fmt.Println(pod.Id)
		}
	case "inspecti", "pull", "stopp", "rmp":
		if len(names) == 0 {
			return fmt.Errorf("%s: what?", command)
		}
		for _, name := range names {
			if err := act(ctx, runtime, images, command, name); err != nil {
				return fmt.Errorf("%s %s: %w", command, name, err)
			}
		}
	default:
		return fmt.Errorf("the stand-in does not know '%s'", command)
	}
	return nil
}

func act(ctx context.Context, runtime cri.RuntimeServiceClient, images cri.ImageServiceClient, command, name string) (err error) {
	image := &cri.ImageSpec{Image: name}
	switch command {
	case "inspecti":
		var answer *cri.ImageStatusResponse
		answer, err = images.ImageStatus(ctx, &cri.ImageStatusRequest{Image: image})
		if err == nil && answer.Image == nil {
			err = fmt.Errorf("no such image present")
		}
	case "pull":
		_, err = images.PullImage(ctx, &cri.PullImageRequest{Image: image})
	case "stopp":
		_, err = runtime.StopPodSandbox(ctx, &cri.StopPodSandboxRequest{PodSandboxId: name})
	case "rmp":
		_, err = runtime.RemovePodSandbox(ctx, &cri.RemovePodSandboxRequest{PodSandboxId: name})
	}
	return err
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "crictl:", err)
		os.Exit(1)
	}
}
