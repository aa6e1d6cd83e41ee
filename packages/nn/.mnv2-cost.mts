import { Graph, serializeGraph, mobileNetV2, MOBILENET_V2, greyStem, mul, reduceMean, type Value } from '@cxrkit/nn';
import { gradients } from '@cxrkit/nn/train';
import { readSafetensors } from '@cxrkit/nn/checkpoint';
import ort from '/work/main/node_modules/onnxruntime-node/dist/index.js';
const raw=(await readSafetensors('/tmp/mobilenet-v2-imagenet.safetensors')).tensors;
const w=greyStem(new Map([...raw].map(([k,t])=>[`net.${k}`,t])),'net.features.0.0.weight');
const blockOf=(n:string)=>Number(n.split('.')[2]);
async function measure(label:string,size:number,batch:number,config:any,frozen:number|null,prof=false){
 const g=new Graph(frozen===null?'inference':'training');
 const x=g.input('x','float32',[batch,1,size,size]);
 const y=mobileNetV2(x,'net',config); const loss=reduceMean(mul(y,y));
 let nt=0;
 if(frozen===null)g.output('y',y); else {
  g.output('loss',loss);
  const ps=[...g.parameters.values()].filter(p=>blockOf(p.value.name)>=frozen); nt=ps.length;
  gradients(loss,ps.map(p=>p.value)).forEach((v,i)=>{if(v)g.output(`d${i}`,v)}); }
 const {bytes,inputs}=serializeGraph(g, frozen===null?{weights:w}:{});
 const feeds:any={x:new ort.Tensor('float32',Float32Array.from({length:batch*size*size},()=>Math.random()*2-1),[batch,1,size,size])};
 for(const n of inputs) if(n!=='x'){const t=w.get(n)!;feeds[n]=new ort.Tensor('float32',t.data as Float32Array,[...t.dims])}
 const s=await ort.InferenceSession.create(bytes,{intraOpNumThreads:1,enableProfiling:prof,profileFilePrefix:'/tmp/mnv2/prof',logSeverityLevel:3});
 await s.run(feeds);let best=1e9;for(let r=0;r<(prof?1:2);r++){const c=process.cpuUsage();await s.run(feeds);const u=process.cpuUsage(c);best=Math.min(best,(u.user+u.system)/1e3)}
 if(prof)s.endProfiling();
 console.log(label,size,'batch',batch,(best/batch).toFixed(1),'CPU ms/image','trained',nt,'rss',(process.memoryUsage().rss/1e9).toFixed(2));
 await s.release();
}
const full=MOBILENET_V2,s16={...MOBILENET_V2,maxStride:16};
const mode=process.argv[2];
if(mode==='prof'){await measure('full train',128,8,full,0,true)}
else for(const size of mode.split(',').map(Number)){const B=Number(process.argv[3]??16);
 await measure('forward /32',size,B,full,null);
 await measure('forward /16',size,B,s16,null);
 await measure('train all /32',size,B,full,0);
 await measure('train all /16',size,B,s16,0);
 await measure('train from block 4 /32',size,B,full,4);
 await measure('train from block 7 /32',size,B,full,7);
 await measure('train from block 11 /32',size,B,full,11);
 await measure('train from block 14 /32',size,B,full,14);
 await measure('train from block 7 /16',size,B,s16,7);
}
